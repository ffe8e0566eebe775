import { invariant } from '../../../twin/CodedError.ts';

/** How far beyond its standard deviation noise can go: what lies further has less weight than a number can hold. */
const REACH = 9;

/**
 * What noise is added to a count: for each deviation its probability, by the discrete Gaussian distribution (Canonne,
 * Kamath and Steinke, The Discrete Gaussian for Differential Privacy, 2020). Its mean is 0, and no deviation exceeds `most`.
 */
export class PerturbationTable {
  readonly sigma: number;
  readonly most: number;
  /** By deviation from −most on: the probability of it or a lower one. */
  readonly #upTo: Float64Array;

  /** @param sigma the standard deviation, above 0 */
  constructor(sigma: number) {
    invariant(sigma > 0 && Number.isFinite(sigma), 'noise has a width');
    this.sigma = sigma;
    this.most = Math.ceil(REACH * sigma);
    const weights = Array.from({ length: 2 * this.most + 1 }, (_, at) =>
      Math.exp(-((at - this.most) ** 2) / (2 * sigma ** 2)),
    );
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    let sum = 0;
    this.#upTo = Float64Array.from(weights, (weight) => {
      sum += weight / total;
      return sum;
    });
  }

  /** The deviation that a uniform number from 0 to below 1 stands for. */
  deviation(uniform: number): number {
    let [low, high] = [0, this.#upTo.length - 1];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#upTo[middle]! > uniform) high = middle;
      else low = middle + 1;
    }
    return low - this.most;
  }

  /**
   * The relative entropy between counts that differ by 1, from the table itself: by it ρ adds up. What lies at the very end of the
   * table is left to `imprecision`.
   */
  get divergence(): number {
    let sum = 0;
    for (let at = 1; at < this.#upTo.length; at++) {
      const [one, other] = [this.#chance(at), this.#chance(at - 1)];
      if (one > 0 && other > 0) sum += one * Math.log(one / other);
    }
    return sum;
  }

  #chance(at: number): number {
    return at === 0 ? this.#upTo[0]! : this.#upTo[at]! - this.#upTo[at - 1]!;
  }

  /**
   * How far a drawn deviation can be from an ideal one, in total variation: what is cut off at `most`, and what is lost
   * where probabilities are held as numbers of 53 bits.
   */
  get imprecision(): number {
    return 2 * Math.exp(-(REACH ** 2) / 2) + this.#upTo.length * 2 ** -52;
  }
}
