import type { EpochMs } from '../clock.ts';

/**
 * `Date` as it would be if it were `now()`: everything that asks for the present gets that, all else is `Date` itself.
 *
 * A proxy rather than a subclass, because it keeps the prototype: dates made before and after the replacement are
 * `instanceof` both, and a subclass made by a library stays one.
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
