/** What a session can be named by in a CoA- or Disconnect-Request (RFC 5176 §3; `Cisco-Account-Info` is `S` and the address). */
export const IDENTITY_ATTRIBUTES = [
  'User-Name',
  'Acct-Session-Id',
  'Framed-IP-Address',
  'Calling-Station-Id',
  'NAS-Port',
  'NAS-IP-Address',
  'Cisco-Account-Info',
] as const;

/** One of `IDENTITY_ATTRIBUTES`. */
export type IdentityAttribute = (typeof IDENTITY_ATTRIBUTES)[number];

/** A line's speed as figures, as the name of a profile on the NAS, or as a service that is switched on and off. */
export const SPEED_FORMS = ['rate', 'profile', 'service'] as const;

/** One of `SPEED_FORMS`. */
export type SpeedForm = (typeof SPEED_FORMS)[number];

/** Units that a rate may be told in; k is 1000. */
export const RATE_UNITS = ['bit/s', 'kbit/s'] as const;

/** How a new speed reaches a running session. */
export const SPEED_CHANGES = ['coa', 'reconnect'] as const;

/** Attributes by their names in the dictionaries, `:n` for a tag; values may hold placeholders, lists are several. */
export type TemplateAttributes = Readonly<Record<string, string | number | readonly (string | number)[]>>;

/**
 * What staff tell a driver about the NAS it drives. All are optional; which ones a vendor reads says
 * `vendorKind`. Texts may hold the placeholders of `service-text.ts`.
 */
export interface DriverSettings {
  /** Default: what the given names allow, else the vendor's own way. */
  readonly speedBy?: SpeedForm | undefined;
  /** The speed as one text (MikroTik, accel-ppp). */
  readonly rate?: string | undefined;
  /** The speed towards the subscriber as a text (Cisco, Nokia). */
  readonly rateDown?: string | undefined;
  /** The speed from the subscriber as a text. */
  readonly rateUp?: string | undefined;
  /** ZTE firmwares differ; default kbit/s. */
  readonly rateUnit?: (typeof RATE_UNITS)[number] | undefined;
  /** Name of the profile for both directions (Huawei, Nokia). */
  readonly profile?: string | undefined;
  readonly profileDown?: string | undefined;
  readonly profileUp?: string | undefined;
  /** Name of the service, with parameters where the vendor has them (Cisco, Juniper, Redback). */
  readonly service?: string | undefined;
  /** Redback's Service-Parameter. */
  readonly serviceParameter?: string | undefined;
  /** Name of the list, filter, pool, profile or service for captive lines; default `mizan-captive`. */
  readonly captive?: string | undefined;
  /** Redback's Context-Name. */
  readonly context?: string | undefined;
  /** Nokia's category whose credit is the volume cap. */
  readonly creditCategory?: string | undefined;
  /** The NAS takes the upload for the download. */
  readonly swapSpeeds?: boolean | undefined;
  /** Whether the NAS is told how many octets are left; default is the vendor's. */
  readonly volumeCap?: boolean | undefined;
  /** Default is the vendor's. */
  readonly speedChange?: (typeof SPEED_CHANGES)[number] | undefined;
  /**
   * False where the NAS also counts what it does not slow down (its own caches, television): then reports say nothing about
   * a speed, and an acknowledged one is believed.
   */
  readonly provesSpeed?: boolean | undefined;
  /** Default is the vendor's. */
  readonly identifyBy?: readonly IdentityAttribute[] | undefined;
  /** Attribute of accounting packets that names the service whose traffic they count, where the NAS counts services apart. */
  readonly classAttribute?: string | undefined;
  /** Class of traffic (as plans name them) by that attribute's value; a value that is not here is its own class. */
  readonly classes?: Readonly<Record<string, string>> | undefined;
  /** For `generic`: the Access-Accept. */
  readonly accept?: TemplateAttributes | undefined;
  /** For `generic`: the Access-Accept of a captive line, instead of `accept`. */
  readonly captiveAccept?: TemplateAttributes | undefined;
  /** For `generic`: the CoA-Requests that change the service in session, in their order. */
  readonly change?: readonly TemplateAttributes[] | undefined;
  /** For `generic`: the CoA-Requests that bring a session into the captive profile; without them it takes a new login. */
  readonly captiveEnter?: readonly TemplateAttributes[] | undefined;
  /** For `generic`: the CoA-Requests that bring it out again, with the speed that it then has. */
  readonly captiveLeave?: readonly TemplateAttributes[] | undefined;
}

/** The settings with all names in order, so that equal ones have equal JSON texts; `undefined` for none. */
export function sortedSettings(settings: DriverSettings): DriverSettings | undefined {
  const sorted = sortNames(settings) as DriverSettings;
  return Object.keys(sorted).length === 0 ? undefined : sorted;
}

function sortNames(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortNames);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).filter(([, inner]) => inner !== undefined);
  entries.sort(([left], [right]) => (left < right ? -1 : 1));
  return Object.fromEntries(entries.map(([name, inner]) => [name, sortNames(inner)]));
}
