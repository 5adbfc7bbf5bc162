import { describe, expect, it } from 'vitest';
import { countPhoneNumbers } from '../../lib/aws/phone-numbers.ts';
import { askedFor, startAws, type TestAws } from '../wire-support/account.ts';
import { clientsOf } from '../wire-support/turns.ts';

const never = new AbortController().signal;

function count(aws: TestAws, controlRegion = 'us-east-1') {
  return countPhoneNumbers(clientsOf(aws, { role: 'preflight' }).chime)(
    { voiceConnectorGroupId: 'main-line', controlRegion },
    never,
  );
}

describe('the phone numbers of a group', () => {
  it('are counted in the control Region of the group, to the last page, and only its own', async () => {
    const aws = await startAws();
    for (let index = 0; index < 150; index += 1) {
      aws.account.chime.seedPhoneNumber({ voiceConnectorGroupId: 'main-line', region: 'us-west-2' });
    }
    aws.account.chime.seedPhoneNumber({ voiceConnectorGroupId: 'side-line', region: 'us-west-2' });
    expect(await count(aws, 'us-west-2')).toEqual({ kind: 'counted', count: 150 });
    expect(askedFor(aws, 'ListPhoneNumbers').map(({ region }) => region)).toEqual(['us-west-2', 'us-west-2']);
    expect(await count(aws)).toEqual({ kind: 'counted', count: 0 });
  });

  it('cannot be counted if AWS refuses', async () => {
    const aws = await startAws();
    aws.misbehave({ effect: { kind: 'error', status: 403, code: 'ForbiddenException', message: 'no' } });
    expect(await count(aws)).toEqual({
      kind: 'unreadable',
      message: 'ForbiddenException: no (HTTP 403)',
    });
  });
});
