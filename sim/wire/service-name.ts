/** The name in the credential scope, by which AWS and we tell services apart. */
export const serviceNames = ['chime', 'monitoring', 'events', 'ssm', 'sqs', 'lambda'] as const;
export type ServiceName = (typeof serviceNames)[number];
