import { Histogram, type MetricObjectWithValues, type MetricValueWithName, type Registry } from 'prom-client';

/** What a histogram with one label is made of; all values of the label are known from the start. */
export interface TalliedHistogramSettings<T extends string> {
  readonly name: string;
  readonly help: string;
  readonly label: T;
  readonly values: readonly string[];
  /** Upper bounds, rising. */
  readonly buckets: readonly number[];
  readonly registers: Registry[];
}

/**
 * A histogram for what happens at every packet, counted in plain numbers and handed over when somebody asks: prom-client
 * makes a key of the labels for each value that it observes, which costs more than the counting.
 */
export class TalliedHistogram<T extends string> extends Histogram<T> {
  private readonly settings: TalliedHistogramSettings<T>;
  private readonly tallies: ReadonlyMap<string, Tally>;

  constructor(settings: TalliedHistogramSettings<T>) {
    const { name, help, label, values, buckets, registers } = settings;
    super({ name, help, labelNames: [label], buckets: [...buckets], registers });
    this.settings = settings;
    for (const value of values) this.zero({ [label]: value } as Record<T, string>);
    this.tallies = new Map(values.map((value) => [value, new Tally(buckets)]));
  }

  /** The place where values are counted under one of the label's values. */
  tally(labelValue: string): Tally {
    return this.tallies.get(labelValue)!;
  }

  override async get(): Promise<MetricObjectWithValues<MetricValueWithName<T>>> {
    const empty = await super.get();
    return { ...empty, values: empty.values.map((place) => ({ ...place, value: this.figureAt(place) })) };
  }

  private figureAt({ metricName, labels }: MetricValueWithName<T>): number {
    const { name, label } = this.settings;
    const tally = this.tally(String(labels[label]));
    if (metricName === `${name}_sum`) return tally.sum;
    const { le } = labels as { readonly le?: number | '+Inf' };
    return tally.countUpTo(typeof le === 'number' ? le : Number.POSITIVE_INFINITY);
  }
}

/** Values by bucket, and their sum. */
class Tally {
  sum = 0;
  private readonly bounds: readonly number[];
  /** The last place is for what is above all bounds. */
  private readonly counts: number[];

  constructor(bounds: readonly number[]) {
    this.bounds = bounds;
    this.counts = new Array(bounds.length + 1).fill(0);
  }

  add(value: number): void {
    let place = 0;
    while (place < this.bounds.length && value > this.bounds[place]!) place++;
    this.counts[place]!++;
    this.sum += value;
  }

  /** Values that are not above `bound`; all of them for infinity. */
  countUpTo(bound: number): number {
    const isWithin = (place: number) => (this.bounds[place] ?? Number.POSITIVE_INFINITY) <= bound;
    return this.counts.reduce((sum, count, place) => (isWithin(place) ? sum + count : sum), 0);
  }
}
