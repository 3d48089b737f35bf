import { readSpeedText, speedText } from '../values/speed.ts';
import type { AppliedService } from './session.ts';

/** `down/up` in kbit/s and the burst, after the first letter of a mode other than full. */
export function serviceText(service: AppliedService): string {
  return `${service.mode === 'full' ? '' : service.mode[0]}${speedText(service)}`;
}

/** The service that `serviceText` wrote. */
export function readServiceText(text: string): AppliedService {
  const mode = text.startsWith('s') ? 'slow' : text.startsWith('c') ? 'captive' : 'full';
  return { mode, ...readSpeedText(mode === 'full' ? text : text.slice(1)) };
}
