/** Problems of single values, as text; empty without one. An absent value has none. */
export function notARatio(name: string, value: number | undefined): readonly string[] {
  return value === undefined || (value >= 0 && value <= 1) ? [] : [`${name} is ${value}, not between 0 and 1`];
}

export function negative(name: string, value: number | undefined): readonly string[] {
  return value === undefined || (value >= 0 && value < Infinity) ? [] : [`${name} is ${value}, not 0 or more`];
}

export function notPositive(name: string, value: number | undefined): readonly string[] {
  return value === undefined || (value > 0 && value < Infinity) ? [] : [`${name} is ${value}, not more than 0`];
}

export function notWhole(name: string, value: number | undefined): readonly string[] {
  return value === undefined || (Number.isInteger(value) && value >= 0)
    ? []
    : [`${name} is ${value}, not a whole number`];
}
