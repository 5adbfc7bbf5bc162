import type { EpochMs } from '../clock.ts';

/**
 * A `Date` whose current time is `now()`. Everything else is unchanged.
 *
 * A proxy instead of a subclass keeps the prototype: dates created before and after the replacement are `instanceof` both, and
 * subclasses in libraries keep working.
 */
export function simulatedDate(real: DateConstructor, now: () => EpochMs): DateConstructor {
  const simulated = new Proxy(real, {
    construct: (target, args, newTarget): object => {
      const made: unknown = Reflect.construct(target, args.length === 0 ? [now()] : args, newTarget);
      return made instanceof target ? made : new target(now());
    },
    apply: () => new real(now()).toString(),
    get: (target, property, receiver): unknown => (property === 'now' ? now : Reflect.get(target, property, receiver)),
  });
  // So that `new (date.constructor)()` is simulated too.
  Object.defineProperty(real.prototype, 'constructor', { value: simulated, writable: true, configurable: true });
  return simulated;
}
