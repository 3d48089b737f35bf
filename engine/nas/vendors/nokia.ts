import type { AppliedService } from '../../accounting/session.ts';
import type { DriverSettings } from '../driver-settings.ts';
import { serviceFiller } from '../service-text.ts';
import { makeDriver } from './make-driver.ts';
import { speedFormOf } from './speed-form.ts';
import { CAPTIVE_NAME, type CoaStep, type ServiceChange, type VendorDriver } from './vendor-driver.ts';

const ALCATEL = 6527;
const SLA_PROFILE = 13;
const CREDIT_CONTROL_QUOTA = 96;
const QOS_OVERRIDE = 126;

/** The first queue of each direction; rates are kbit/s. "E" is towards the subscriber. */
const RATE_DOWN = 'E:Q:1:pir={downKbps}';
const RATE_UP = 'I:Q:1:pir={upKbps}';

/**
 * Nokia 7750 SR (7750 SR "RADIUS Attributes Reference"): overrides of the active QoS profile, which are kept but not
 * applied where the queue does not exist, or the name of an SLA profile. A captive line is one with an SLA profile of
 * its own, into which a CoA brings it, and out of it where the settings name the usual profile. The quota is octets in text, so no 32 bits end it, but needs a category. Acct-Session-Id alone names a
 * session: with more attributes all of them must point at it ("Subscriber host identification attributes").
 */
export function nokia(settings: DriverSettings): VendorDriver {
  const { creditCategory: category, captive: captiveName = CAPTIVE_NAME } = settings;
  const isNamed = speedFormOf(settings, 'rate') === 'profile';
  const profile = serviceFiller(settings.profile);
  const down = serviceFiller(settings.rateDown ?? RATE_DOWN);
  const up = serviceFiller(settings.rateUp ?? RATE_UP);
  const speed = (service: AppliedService): CoaStep | undefined => {
    if (!isNamed) return texts(QOS_OVERRIDE, [down(service), up(service)]);
    return service.mode === 'captive' ? undefined : texts(SLA_PROFILE, [profile(service)]);
  };
  const change = ({ before, after }: ServiceChange): readonly CoaStep[] | 'reconnect' => {
    const step = speed(after);
    if (after.mode === 'captive') return [both(sla(captiveName), step)];
    const leaves = before?.mode === 'captive' && !isNamed;
    const usual = leaves ? profile(after) : undefined;
    if (step === undefined || (leaves && usual === undefined)) return 'reconnect';
    return [usual === undefined ? step : both(sla(usual), step)];
  };
  return makeDriver(settings, {
    speed,
    change,
    captive: (writer) => sla(captiveName)(writer),
    volumeCap(writer, octets) {
      if (category === undefined) return;
      writer.vendorText(ALCATEL, CREDIT_CONTROL_QUOTA, `${octets}|0|${category}`);
    },
    volumeCapUsual: true,
    speedChange: 'coa',
    identity: ['Acct-Session-Id'],
  });
}

function sla(name: string): CoaStep {
  return (writer) => writer.vendorText(ALCATEL, SLA_PROFILE, name);
}

function both(first: CoaStep, second: CoaStep | undefined): CoaStep {
  return (writer) => {
    first(writer);
    second?.(writer);
  };
}

function texts(type: number, values: readonly (string | undefined)[]): CoaStep | undefined {
  const known = values.filter((value) => value !== undefined);
  if (known.length === 0) return undefined;
  return (writer) => {
    for (const value of known) writer.vendorText(ALCATEL, type, value);
  };
}
