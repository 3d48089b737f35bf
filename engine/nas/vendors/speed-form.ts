import type { DriverSettings, SpeedForm } from '../driver-settings.ts';

/** How the NAS is told a speed: what the settings say, else what the names in them allow, else the vendor's way. */
export function speedFormOf(settings: DriverSettings, usual: SpeedForm | 'none'): SpeedForm | 'none' {
  const { speedBy, service, profile, profileDown, profileUp, rateDown, rateUp } = settings;
  if (speedBy !== undefined) return speedBy;
  if (service !== undefined) return 'service';
  if ((profile ?? profileDown ?? profileUp) !== undefined) return 'profile';
  return (rateDown ?? rateUp) === undefined ? usual : 'rate';
}
