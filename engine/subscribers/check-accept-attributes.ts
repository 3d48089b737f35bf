import { encodeAcceptAttributes } from '../nas/accept-attributes.ts';
import type { Dictionary } from '../radius/dictionary.ts';
import type { NasDeclaration, ProvisioningError } from './provisioning.ts';

/**
 * Every attribute that declared NAS want in their Access-Accept and that cannot be sent, in the order of the document:
 * `nas[0].acceptAttributes.Framed-MTU`. Apart from `checkProvisioning`, so that the ledger needs no dictionary.
 */
export function checkAcceptAttributes(
  nas: readonly NasDeclaration[],
  dictionary: Dictionary,
): readonly ProvisioningError[] {
  return nas.flatMap(({ acceptAttributes = {} }, index) => {
    const encoded = encodeAcceptAttributes(dictionary, acceptAttributes);
    const path = `nas[${index}].acceptAttributes`;
    if (encoded.ok) return [];
    return encoded.error.map(({ name, message }) => ({
      path: name === '' ? path : `${path}.${name}`,
      message,
    }));
  });
}
