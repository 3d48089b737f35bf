import type { BookedTerm } from './term.ts';
import { cut, leftOf, type Volume, volumesOf } from './volumes.ts';

/** Services of a line and its volumes, which go with them. */
export class ServiceBook {
  readonly terms: BookedTerm[] = [];
  readonly volumes: Volume[];

  constructor(volumes: Volume[]) {
    this.volumes = volumes;
  }

  running(at: number): BookedTerm | undefined {
    return this.terms.findLast((term) => term.givenUpAt === undefined && term.from <= at && at < term.until);
  }

  waiting(at: number): BookedTerm | undefined {
    return this.terms.find((term) => term.givenUpAt === undefined && term.from > at);
  }

  /** The service that began last; a waiting one begins by itself. */
  lastBegun(at: number): BookedTerm | undefined {
    return this.terms
      .filter((term) => term.from <= at && (term.givenUpAt === undefined || term.givenUpAt >= term.from))
      .toSorted((left, right) => left.from - right.from || left.boughtAt - right.boughtAt)
      .at(-1);
  }

  /** Octets left at full speed. */
  left(at: number): number {
    const valid = this.volumes.filter(({ from, until }) => from <= at && (until === undefined || at < until));
    return leftOf(valid);
  }

  /** Ends what is left of all services but the one that is kept. */
  endServices(kept: BookedTerm | undefined, at: number): void {
    this.cutAll(
      this.volumes.filter(
        (volume) =>
          volume.kind === 'service' &&
          !kept?.volumes.includes(volume) &&
          (volume.until === undefined || volume.until > at),
      ),
      at,
      at,
    );
  }

  /** Volumes are over at `end`; those that were for later are gone. */
  cutAll(volumes: readonly Volume[], end: number, at: number): void {
    for (const volume of volumes) {
      if (cut(volume, end, at)) continue;
      this.volumes.splice(this.volumes.indexOf(volume), 1);
      for (const term of this.terms) term.volumes = term.volumes.filter((one) => one !== volume);
    }
  }

  /** Other edges for a term: its volumes follow, and come or go where it has more or fewer parts. */
  move(term: BookedTerm, from: number, until: number, at: number): void {
    term.from = from;
    term.until = until;
    this.moveVolumes(term, until, at);
  }

  /** The volumes of a term as they are when it ends at `until`. */
  moveVolumes(term: BookedTerm, until: number, at: number): void {
    const wanted = volumesOf(term.service, term.from, until);
    const had = [...term.volumes];
    for (const [index, volume] of wanted.entries()) {
      const own = had[index];
      if (own === undefined) {
        term.volumes.push(volume);
        this.volumes.push(volume);
      } else {
        own.from = volume.from;
        own.until = volume.until;
      }
    }
    this.cutAll(had.slice(wanted.length), until, at);
  }
}
