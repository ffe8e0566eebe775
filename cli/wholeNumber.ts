import { InvalidArgumentError } from 'commander';

/** Takes whole numbers between two bounds as the value of an option, and refuses all else. */
export function wholeNumber(least: number, most: number): (text: string) => number {
  return (text) => {
    const number = Number(text);
    if (Number.isInteger(number) && number >= least && number <= most) return number;
    throw new InvalidArgumentError(`Allowed choices are whole numbers from ${least} to ${most}.`);
  };
}
