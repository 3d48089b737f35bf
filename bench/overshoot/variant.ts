/** One way of meeting the end of a volume. In all of them a report that crosses it is acted on in its own commit. */
export interface Variant {
  readonly name: string;
  /** The NAS reports as often as it is told; else every 300 s. */
  readonly adaptive: boolean;
  readonly softLanding: boolean;
  /** The NAS takes a volume cap, where it is given one. */
  readonly cap: boolean;
}

/** The ways that are compared, the naive one first. */
export const VARIANTS: readonly Variant[] = [
  { name: 'naive 300 s', adaptive: false, softLanding: false, cap: false },
  { name: 'adaptive interval', adaptive: true, softLanding: false, cap: false },
  { name: '+ NAS cap', adaptive: true, softLanding: false, cap: true },
  { name: '+ soft landing', adaptive: true, softLanding: true, cap: false },
  { name: '+ both', adaptive: true, softLanding: true, cap: true },
];
