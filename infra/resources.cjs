/** The framework's `file()` variables cannot load TypeScript; Node's require() can. */
module.exports = {
  alarms: require('./alarms.ts').alarmResources,
  dashboard: require('./dashboard.ts').dashboardResources,
  eventSchemas: require('./event-schemas.ts').eventSchemaResources,
  messages: require('./messages.ts').messageResources,
  minuteRule: require('./minute-rule.ts').minuteRuleResources,
  queries: require('./queries.ts').queryResources,
  settings: require('./template-settings.ts').templateSettings,
  subscriptions: require('./subscriptions.ts').subscriptionResources,
};
