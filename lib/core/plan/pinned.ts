/** A group whose order is pinned: compares it with the pin, and restores it unless somebody else changed it since. Pure. */
import { lastChangeOf } from './last-change.ts';
import { orderOf } from './members.ts';
import { planOrder } from './order.ts';
import { plan } from './plan.ts';
import type { PlanInput } from './plan-input.ts';
import { hold } from '../model/hold.ts';
import type { VoiceConnectorGroup } from '../model/group.ts';
import type { OverrideState } from '../model/override.ts';
import type { NeedEvidence, Plan } from '../model/plan.ts';
import { formatItems, inOrder } from '../model/priorities.ts';

type OrderedPin = Extract<OverrideState, { readonly kind: 'pause' | 'pin' }> & { readonly order: readonly string[] };

function isOrderedPin(override: OverrideState): override is OrderedPin {
  return override.kind === 'pin' && override.order !== undefined;
}

/** `not in the pinned order vc-a, vc-b: vc-b 1, vc-a 2`; undefined where it is, or where the pin names no order. */
export function pinDifference({ group, override }: Pick<PlanInput, 'group' | 'override'>): string | undefined {
  return isOrderedPin(override) ? differenceFrom(override, group) : undefined;
}

function differenceFrom({ order }: OrderedPin, group: VoiceConnectorGroup): string | undefined {
  const ids = inOrder(group.items).map(({ voiceConnectorId }) => voiceConnectorId);
  return ids.join() === order.join()
    ? undefined
    : `not in the pinned order ${order.join(', ')}: ${formatItems(group.items)}`;
}

/** The decision on one group, whatever its override. */
export function decideGroup(input: PlanInput): Plan | NeedEvidence {
  const { override } = input;
  if (!isOrderedPin(override)) return plan(input);
  const difference = differenceFrom(override, input.group);
  return difference === undefined ? plan(input) : restoreOrder(input, override, difference);
}

function restoreOrder(input: PlanInput, pin: OrderedPin, difference: string): Plan | NeedEvidence {
  const differs = (why: string): Plan =>
    hold('pin-order-differs', `pinned by ${pin.by}: ${pin.reason}; ${difference}; not restored: ${why}`);
  const current = orderOf(input.group);
  if (current.kind === 'hold') return differs(current.reason);
  const ordered = planOrder(input, { ...pin, action: 'pin', force: [] });
  switch (ordered.kind) {
    case 'need-evidence':
      return ordered;
    case 'refused':
      return differs(ordered.obstacles.map(({ rule, reason }) => `${rule}: ${reason}`).join('; '));
    case 'unchanged':
      return plan(input);
    case 'move': {
      const author = laterAuthor(input);
      if (author === 'need-evidence') return needMembers(input);
      return author === undefined
        ? { ...ordered.move, reason: `restores the order pinned by ${pin.by}: ${pin.reason}` }
        : differs(author);
    }
    default:
      return ordered satisfies never;
  }
}

function needMembers({ group }: PlanInput): NeedEvidence {
  return { kind: 'need-evidence', voiceConnectorIds: group.items.map(({ voiceConnectorId }) => voiceConnectorId) };
}

/** Who changed the group after it was pinned; undefined where nobody but a monitor did. */
function laterAuthor({ group, overridePutAt, candidateEvidence }: PlanInput): string | undefined {
  const { updatedAt } = group;
  if (updatedAt === undefined) return 'AWS does not report when the group was last changed';
  if (overridePutAt === undefined) return 'it is not known when the pin was put';
  if (updatedAt <= overridePutAt) return undefined;
  if (candidateEvidence === undefined) return 'need-evidence';
  switch (lastChangeOf({ group, record: candidateEvidence.changeRecord })?.isOwn) {
    case true:
      return undefined;
    case false:
      return 'somebody changed the group after it was pinned: put the pin again, or remove it';
    case undefined:
      return 'the record of own changes is unreadable, so the last change may be an operator’s';
  }
}
