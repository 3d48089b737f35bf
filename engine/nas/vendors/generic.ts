import { AttributeType } from '../../radius/attribute-type.ts';
import type { Dictionary } from '../../radius/dictionary.ts';
import { fillTemplate, parseTemplate } from '../attribute-template.ts';
import type { DriverSettings, TemplateAttributes } from '../driver-settings.ts';
import { serviceValues } from '../service-text.ts';
import { makeDriver } from './make-driver.ts';
import { CAPTIVE_NAME, type CoaStep, type VendorDriver } from './vendor-driver.ts';

const FILTER_ID = 'Filter-Id';

/**
 * A NAS that is described by its settings: attributes by name, with placeholders. Without them it gets standard
 * attributes only: speed is what the NAS gives by itself, and a change needs a reconnect, as do the ways into and out of
 * the captive profile for which there are no requests.
 */
export function generic(settings: DriverSettings, dictionary: Dictionary): VendorDriver {
  const compile = (attributes: TemplateAttributes = {}) => parseTemplate(dictionary, attributes).template;
  const accept = compile(settings.accept);
  const captive = settings.captiveAccept && compile(settings.captiveAccept);
  const changes = settings.change?.map(compile) ?? [];
  const enter = settings.captiveEnter?.map(compile) ?? [];
  const leave = settings.captiveLeave?.map(compile) ?? [];
  const captiveName = settings.captive ?? CAPTIVE_NAME;
  const filterIsTaken = settings.accept !== undefined && FILTER_ID in settings.accept;
  const swap = settings.swapSpeeds === true;
  const driver = makeDriver(settings, {
    speed: () => undefined,
    speedChange: changes.length + enter.length + leave.length > 0 ? 'coa' : 'reconnect',
    identity: ['User-Name', 'Acct-Session-Id', 'Framed-IP-Address'],
    change({ before, after }) {
      const values = serviceValues(after, before, undefined);
      const steps: CoaStep[] = [];
      const requests = after.mode === 'captive' ? enter : before?.mode === 'captive' ? leave : changes;
      for (const request of requests) {
        const octets = fillTemplate(request, values, true);
        if (octets === undefined || octets.length === 0) return 'reconnect';
        steps.push((writer) => writer.raw(octets));
      }
      return steps.length === 0 ? 'reconnect' : steps;
    },
  });
  const namesSpeed = /\{(mode|down|up)/.test(JSON.stringify(settings.accept ?? {}));
  const namesCaptive = (settings.captive ?? settings.captiveAccept) !== undefined;
  return {
    ...driver,
    canGive: ({ mode }) => mode === 'full' || (mode === 'slow' ? namesSpeed : namesCaptive || namesSpeed),
    writeAccept(writer, { service, volumeCapOctets }) {
      const { mode, downKbps, upKbps } = service;
      const oriented = swap ? { mode, downKbps: upKbps, upKbps: downKbps } : service;
      const cap = settings.volumeCap === false ? undefined : volumeCapOctets;
      const isCaptive = mode === 'captive';
      if (isCaptive && captive === undefined && !filterIsTaken)
        writer.text(AttributeType.FilterId, captiveName);
      const template = isCaptive && captive !== undefined ? captive : accept;
      writer.raw(fillTemplate(template, serviceValues(oriented, undefined, cap)) ?? new Uint8Array(0));
    },
  };
}
