import { describe, expect, it } from 'vitest';
import { matcherOf } from '../../sim/account/event-pattern.ts';

const event = {
  source: 'voice-connector-failover',
  'detail-type': 'Priority Change Applied',
  detail: {
    data: { decision: 'failover', lossShare: 0.5, isUrgent: true, members: [{ id: 'vc-east' }, { id: 'vc-west' }] },
  },
};

function refuse(reason: string) {
  return new Error(reason);
}

function matches(pattern: unknown): boolean {
  return matcherOf(pattern, refuse)(event);
}

function data(field: string, accepted: unknown) {
  return { detail: { data: { [field]: accepted } } };
}

describe('an event pattern', () => {
  it.each([
    ['one of its values', data('decision', ['failback', 'failover'])],
    ['true', data('isUrgent', [true])],
    ['an element of a list', { detail: { data: { members: { id: ['vc-west'] } } } }],
    ['a prefix', { 'detail-type': [{ prefix: 'Priority Change' }] }],
    ['a suffix', { 'detail-type': [{ suffix: 'Applied' }] }],
    ['a text in other case', data('decision', [{ 'equals-ignore-case': 'FAILOVER' }])],
    ['a wildcard', { 'detail-type': [{ wildcard: 'Priority*Applied' }] }],
    ['anything but a value', data('decision', [{ 'anything-but': 'failback' }])],
    ['anything but a list', data('decision', [{ 'anything-but': ['failback', 'drill'] }])],
    ['anything but a prefix', data('decision', [{ 'anything-but': { prefix: 'fb' } }])],
    ['a number in its range', data('lossShare', [{ numeric: ['>', 0.1, '<=', 0.5] }])],
    ['a field that exists', data('decision', [{ exists: true }])],
    ['a field that does not exist', data('override', [{ exists: false }])],
    ['a field below one that does not exist', { detail: { metadata: { cut: [{ exists: false }] } } }],
    ['one of two alternatives', { $or: [{ source: ['other'] }, data('decision', ['failover'])] }],
  ])('accepts %s', (_case, pattern) => {
    expect(matches(pattern)).toBe(true);
  });

  it.each([
    ['another value', data('decision', ['failback'])],
    ['a text instead of true', data('isUrgent', ['true'])],
    ['a field that is missing', data('override', ['pause'])],
    ['the other prefix', { 'detail-type': [{ prefix: 'Applied' }] }],
    ['a wildcard that ends earlier', { 'detail-type': [{ wildcard: 'Priority*App' }] }],
    ['the excluded value', data('decision', [{ 'anything-but': ['failover', 'drill'] }])],
    ['a missing field that is to be anything but a value', data('override', [{ 'anything-but': 'pause' }])],
    ['a number beyond its range', data('lossShare', [{ numeric: ['>', 0.5] }])],
    ['a field that exists', data('decision', [{ exists: false }])],
    ['two fields of which one differs', { source: ['voice-connector-failover'], 'detail-type': ['Hold Changed'] }],
    ['neither of two alternatives', { $or: [{ source: ['other'] }, data('decision', ['failback'])] }],
  ])('refuses %s', (_case, pattern) => {
    expect(matches(pattern)).toBe(false);
  });

  it.each([
    ['no object', 'text', 'Filter is not an object'],
    ['empty', {}, 'Empty objects are not allowed'],
    ['an empty list', { source: [] }, 'Empty arrays are not allowed'],
    ['a value outside a list', { source: 'x' }, 'Filter is not an object'],
    ['an unknown filter', { source: [{ cidr: '10.0.0.0/8' }] }, 'Unrecognized match type cidr'],
    ['two filters in one', { source: [{ prefix: 'a', suffix: 'b' }] }, 'Only one key allowed in match expression'],
    ['a prefix that is no text', { source: [{ prefix: 1 }] }, 'prefix takes a string'],
    ['exists without true or false', { source: [{ exists: 'no' }] }, 'exists takes true or false'],
    ['a comparison without a number', { source: [{ numeric: ['>', 'x'] }] }, 'numeric takes signs and numbers'],
    ['one alternative', { $or: [{ source: ['a'] }] }, '$or is a list of at least two patterns'],
  ])('that is %s is refused', (_case, pattern, reason) => {
    expect(() => matcherOf(pattern, refuse)).toThrow(`Event pattern is not valid. Reason: ${reason}`);
  });
});
