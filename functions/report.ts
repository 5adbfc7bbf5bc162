/** Lambda handler of reports, which exists in a stage with a bucket for them: EventBridge invokes it with each move and what follows. */
import { SdkObserver } from '../lib/aws/sdk-observer.ts';
import { parseOccasion } from '../lib/history/occasion.ts';
import { writeReport, type ReportResult } from '../lib/history/write-report.ts';
import { reportEnvironment } from '../lib/input/environment.ts';
import { loadPackagedPolicy } from '../lib/input/policy.ts';
import { invocation } from '../lib/lambda/invocation.ts';
import { createLogger } from '../lib/lambda/log.ts';
import { reportPorts } from '../lib/lambda/report-ports.ts';

const environment = reportEnvironment(process.env);
const policy = loadPackagedPolicy(environment.POLICY_FILE);
const logger = createLogger();
const ports = reportPorts({ environment, policy, logger, observer: new SdkObserver({ clock: Date.now }) });
const places = {
  monitorLogGroup: environment.MONITOR_LOG_GROUP,
  operateLogGroup: environment.OPERATE_LOG_GROUP,
  prefix: environment.REPORT_PREFIX,
};

export const handler = invocation({ environment, policy, logger, ports }).handler(
  async (event: unknown, { signals }): Promise<ReportResult> => {
    const result = await writeReport(ports, places, parseOccasion(event), signals);
    ports.log.info('report', { ...result });
    return result;
  },
);
