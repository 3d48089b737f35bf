import { driverSettingFaults } from '../nas/check-driver-settings.ts';
import type { Dictionary } from '../radius/dictionary.ts';
import type { NasDeclaration, ProvisioningError } from './provisioning.ts';

/**
 * Every setting that the driver of a declared NAS cannot follow, in the order of the document:
 * `nas[0].driverSettings.service`. Apart from `checkProvisioning`, so that the ledger needs no dictionary.
 */
export function checkDriverSettings(
  nas: readonly NasDeclaration[],
  dictionary: Dictionary,
): readonly ProvisioningError[] {
  return nas.flatMap(({ vendor = 'generic', driverSettings = {} }, index) =>
    driverSettingFaults(vendor, driverSettings, dictionary).map(({ path, message }) => ({
      path: `nas[${index}].driverSettings.${path}`,
      message,
    })),
  );
}
