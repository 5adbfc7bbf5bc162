/** The framework's `file()` variables cannot load TypeScript; Node's require() can. */
module.exports = {
  alarms: require('./alarms.ts').alarmResources,
  dashboard: require('./dashboard.ts').dashboardResources,
  fanOut: require('./fan-out.ts').fanOutResources,
  lister: require('./fan-out.ts').listerFunction,
  eventSchemas: require('./event-schemas.ts').eventSchemaResources,
  messages: require('./messages.ts').messageResourcesOf,
  minuteRule: require('./minute-rule.ts').minuteRuleResources,
  queries: require('./queries.ts').queryResources,
  report: require('./report.ts').reportFunction,
  reports: require('./report.ts').reportResources,
  settings: require('./template-settings.ts').templateSettings,
  subscriptions: require('./subscriptions.ts').subscriptionResources,
};
