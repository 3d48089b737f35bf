import type { CustomerParticulars } from '../engine/subscribers/customer.ts';

/** A person of whom nothing is known but the name, and what is given. */
export function personNamed(name: string, given: Partial<CustomerParticulars> = {}): CustomerParticulars {
  return {
    ...{ kind: 'person', name, nationalId: '', economicCode: '', mobile: '', phone: '', email: '' },
    ...{ postalCode: '', address: '', education: '', bornOn: '' },
    ...given,
  };
}
