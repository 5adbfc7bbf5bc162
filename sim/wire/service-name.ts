/** The service names in credential scopes. */
export const serviceNames = ['chime', 'monitoring', 'events', 'ssm', 'sqs', 'lambda', 'logs', 's3'] as const;
export type ServiceName = (typeof serviceNames)[number];
