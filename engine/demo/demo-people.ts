import type { CustomerParticulars, LineContract } from '../subscribers/customer.ts';
import type { LineDeclaration } from '../subscribers/provisioning.ts';

/** Somebody of the demo, and what is known of their line. */
export interface DemoPerson {
  readonly username: string;
  readonly particulars: CustomerParticulars;
  readonly contract: LineContract;
}

const EXCHANGES = [
  { exchange: 'دانشگاه', county: 'اهواز' },
  { exchange: 'کیانپارس', county: 'اهواز' },
  { exchange: 'مرکزی', county: 'دزفول' },
] as const;

/** The people of the demo's lines: names as the lines have them, all other particulars made up. */
export function demoPeople(
  lines: readonly Pick<LineDeclaration, 'username' | 'name'>[],
): readonly DemoPerson[] {
  return lines.map(({ username, name = username }, index) => {
    const number = String(index + 1).padStart(2, '0');
    return {
      username,
      particulars: {
        ...{ kind: 'person', name, nationalId: nationalId(`0499370${number}`), economicCode: '' },
        ...{ mobile: `+9890000000${number}`, phone: '', email: '', postalCode: `6135733${number}1` },
        ...{ address: 'بلوار دانشگاه، کوچه‌ی نرگس', education: '', bornOn: `1985-03-${number}` },
      },
      contract: { phone: `61324551${number}`, ...EXCHANGES[index % EXCHANGES.length]! },
    };
  });
}

/** Nine digits and the check digit of a national id (product line V01). */
function nationalId(nine: string): string {
  const rest = [...nine].reduce((sum, digit, index) => sum + Number(digit) * (10 - index), 0) % 11;
  return `${nine}${rest < 2 ? rest : 11 - rest}`;
}
