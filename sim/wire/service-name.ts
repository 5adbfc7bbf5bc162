/** The service names in credential scopes. */
export const serviceNames = ['chime', 'monitoring', 'events', 'ssm', 'sqs', 'lambda', 'logs'] as const;
export type ServiceName = (typeof serviceNames)[number];
