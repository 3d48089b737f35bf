/** A store cannot be reached or may not be used just now; whether the change at hand was stored is not known. */
export class StoreAway extends Error {
  override readonly name = 'StoreAway';
}
