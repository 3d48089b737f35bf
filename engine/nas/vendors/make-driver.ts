import type { AppliedService } from '../../accounting/session.ts';
import { AttributeType } from '../../radius/attribute-type.ts';
import type { PacketWriter } from '../../radius/packet-writer.ts';
import type { DriverSettings, IdentityAttribute } from '../driver-settings.ts';
import { meaningOfNak } from './after-nak.ts';
import { writeIdentity } from './identify.ts';
import {
  type AfterNak,
  CAPTIVE_NAME,
  type CoaStep,
  type ServiceChange,
  type VendorDriver,
} from './vendor-driver.ts';

/** What makes one vendor different from the others. */
export interface DriverSpec {
  /** What writes the speed of a service; `undefined` when there is nothing to write. */
  readonly speed: (service: AppliedService) => CoaStep | undefined;
  /** `pool`: Framed-Pool. `speed`: what `speed` writes says it. Default: Filter-Id. */
  readonly captive?: 'pool' | 'speed' | ((writer: PacketWriter, name: string) => void);
  /** Given octets above 0. */
  readonly volumeCap?: (writer: PacketWriter, octets: number) => void;
  /** Default false: written only when the settings say so. */
  readonly volumeCapUsual?: boolean;
  readonly speedChange: 'coa' | 'reconnect';
  /** Default: one request with what `speed` writes. Not asked when only a reconnect can bring the change. */
  readonly change?: (change: ServiceChange) => readonly CoaStep[] | 'reconnect';
  /** Default: User-Name, Acct-Session-Id. */
  readonly identity?: readonly IdentityAttribute[];
  readonly afterNak?: (errorCause: number) => AfterNak;
}

const USUAL_IDENTITY: readonly IdentityAttribute[] = ['User-Name', 'Acct-Session-Id'];
/** For a session that never reported, and so has no Acct-Session-Id. */
const UNREPORTED_IDENTITY: readonly IdentityAttribute[] = ['User-Name', 'Framed-IP-Address'];

/** The driver of one NAS: what all vendors have in common, and what `spec` says of this one. */
export function makeDriver(settings: DriverSettings, spec: DriverSpec): VendorDriver {
  const { captive = writeFilterId, afterNak = meaningOfNak, change = speedChangeOf(spec) } = spec;
  const name = settings.captive ?? CAPTIVE_NAME;
  const orient = settings.swapSpeeds === true ? swapSpeeds : (service: AppliedService) => service;
  const mayChange = (settings.speedChange ?? spec.speedChange) === 'coa';
  const hasCap = settings.volumeCap ?? spec.volumeCapUsual ?? false;
  const identity = settings.identifyBy ?? spec.identity ?? USUAL_IDENTITY;
  return {
    captivePool: captive === 'pool' ? name : '',
    writeAccept(writer, { service, volumeCapOctets }) {
      if (service.mode === 'captive' && typeof captive === 'function') captive(writer, name);
      spec.speed(orient(service))?.(writer);
      // A limit of 0 means no limit to most; a line with nothing left is not given one.
      if (hasCap && volumeCapOctets !== undefined && volumeCapOctets > 0) {
        spec.volumeCap?.(writer, volumeCapOctets);
      }
    },
    canGive: (service) => service.mode !== 'slow' || spec.speed(orient(service)) !== undefined,
    identify(writer, session) {
      const unreported = settings.identifyBy === undefined && session.acctSessionId === '';
      writeIdentity(writer, session, unreported ? UNREPORTED_IDENTITY : identity);
    },
    changeService({ before, after, interimSeconds }) {
      if (!mayChange) return 'reconnect';
      return change({ before: before && orient(before), after: orient(after), interimSeconds });
    },
    afterNak,
  };
}

/** Into and out of the captive profile goes a new login only, where its pool, list or filter is given at login. */
function speedChangeOf({ speed }: DriverSpec): (change: ServiceChange) => readonly CoaStep[] | 'reconnect' {
  return ({ before, after }) => {
    if (after.mode === 'captive' || before?.mode === 'captive') return 'reconnect';
    const step = speed(after);
    return step === undefined ? 'reconnect' : [step];
  };
}

function writeFilterId(writer: PacketWriter, name: string): void {
  writer.text(AttributeType.FilterId, name);
}

function swapSpeeds({ mode, downKbps, upKbps, burst }: AppliedService): AppliedService {
  const swapped: AppliedService = { mode, downKbps: upKbps, upKbps: downKbps };
  if (burst === undefined) return swapped;
  return {
    ...swapped,
    burst: {
      downKbps: burst.upKbps,
      upKbps: burst.downKbps,
      thresholdDownKbps: burst.thresholdUpKbps,
      thresholdUpKbps: burst.thresholdDownKbps,
      seconds: burst.seconds,
    },
  };
}

/** True when the plan names a speed for both directions; 0 leaves it to the NAS. */
export function hasSpeed({ downKbps, upKbps }: AppliedService): boolean {
  return downKbps > 0 && upKbps > 0;
}

/** bit/s in an unsigned 32-bit attribute, which ends at 4.29 Gbit/s. */
export function bitsPerSecond(kbps: number): number {
  return Math.min(kbps * 1000, 0xffffffff);
}
