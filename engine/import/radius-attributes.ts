/** A row of radcheck, radreply, radgroupcheck or radgroupreply. */
export interface AttributeRow {
  readonly attribute: string;
  readonly op: string;
  readonly value: string;
}

/** Attributes of a user as FreeRADIUS would have put them together, by name in small letters. */
export interface Attributes {
  readonly values: ReadonlyMap<string, readonly string[]>;
  /** Names of those that only compare a request with something: `Huntgroup-Name == "dsl"`. */
  readonly conditions: readonly string[];
}

/**
 * Attributes whose `==` is no condition of ours but the value itself: passwords of old tables, and the device that alone
 * may log in.
 */
const VALUES_BY_COMPARISON =
  /password$|^calling-station-id$|^simultaneous-use$|^expiration$|^expire-after$|^max-|^auth-type$/;

/**
 * Puts rows together in their order, those of the user before those of the group: `=` sets what is not there, `:=` sets
 * over what is there, `+=` adds (FreeRADIUS manual "Operators"); the others compare.
 */
export function mergeAttributes(rows: readonly AttributeRow[]): Attributes {
  const values = new Map<string, string[]>();
  const conditions: string[] = [];
  for (const { attribute, op, value } of rows) {
    const name = attribute.trim().toLowerCase();
    const known = values.get(name);
    switch (op.trim()) {
      case ':=':
        values.set(name, [value]);
        break;
      case '+=':
        values.set(name, [...(known ?? []), value]);
        break;
      case '=':
        if (known === undefined) values.set(name, [value]);
        break;
      default:
        if (op.trim() !== '==' || !VALUES_BY_COMPARISON.test(name)) conditions.push(attribute.trim());
        else if (known === undefined) values.set(name, [value]);
    }
  }
  return { values, conditions };
}
