import type { DumpRow, WantedTable } from './sql-dump.ts';

const ATTRIBUTE_COLUMNS = ['attr_name', 'attr_value'];

/** What is read of IBSng's tables (its db/tables.sql). */
export const IBSNG_TABLES: Readonly<Record<string, WantedTable>> = {
  users: {
    columns: ['user_id', 'credit', 'group_id'],
    usual: ['user_id', 'owner_id', 'credit', 'group_id', 'creation_date'],
  },
  normal_users: {
    columns: ['user_id', 'normal_username', 'normal_password'],
    usual: ['user_id', 'normal_username', 'normal_password'],
  },
  voip_users: { columns: ['user_id'], usual: ['user_id', 'voip_username', 'voip_password'] },
  persistent_lan_users: { columns: ['user_id'] },
  user_attrs: { columns: ['user_id', ...ATTRIBUTE_COLUMNS], usual: ['user_id', ...ATTRIBUTE_COLUMNS] },
  groups: {
    columns: ['group_id', 'group_name'],
    usual: ['group_id', 'group_name', 'owner_id', 'comment'],
  },
  group_attrs: { columns: ['group_id', ...ATTRIBUTE_COLUMNS], usual: ['group_id', ...ATTRIBUTE_COLUMNS] },
  charges: { columns: ['charge_id', 'name'] },
  internet_charge_rules: {
    columns: [
      'charge_id',
      'cpm',
      'cpk',
      'bandwidth_limit_kbytes',
      'bw_transmit_leaf_id',
      'bw_receive_leaf_id',
    ],
  },
  bw_leaf: { columns: ['leaf_id', 'total_rate_kbits', 'total_ceil_kbits'] },
  ippool: { columns: ['ippool_id', 'ippool_name'] },
};

/** A user; texts are '' where nothing is told. */
export interface IbsngUser {
  /** `users#17`. */
  readonly place: string;
  credit: string;
  groupId: string;
  username: string;
  password: string;
  isOfAnotherKind: boolean;
  readonly attrs: Map<string, string>;
}

/** A group of users. */
export interface IbsngGroup {
  name: string;
  readonly attrs: Map<string, string>;
}

/** A rule of a charge: the price of a minute and of a kilobyte, and how fast it lets a user be. */
export interface ChargeRule {
  readonly perMinute: number;
  readonly perKilobyte: number;
  readonly limitKilobytes: number;
  readonly upLeaf: string;
  readonly downLeaf: string;
}

/** The tables of a dump, gathered by user, group and charge. */
export class IbsngTables {
  readonly users = new Map<string, IbsngUser>();
  readonly groups = new Map<string, IbsngGroup>();
  readonly chargeNames = new Map<string, string>();
  readonly rules = new Map<string, ChargeRule[]>();
  readonly leafKbps = new Map<string, number>();
  readonly pools = new Map<string, string>();

  /** Takes a row in. */
  add({ table, row, fields }: DumpRow): void {
    const told = (column: string): string => fields[column] ?? '';
    if (table === 'groups') this.#groupOf(told('group_id')).name = told('group_name');
    else if (table === 'group_attrs') {
      this.#groupOf(told('group_id')).attrs.set(told('attr_name'), told('attr_value'));
    } else if (table === 'charges') this.chargeNames.set(told('charge_id'), told('name'));
    else if (table === 'internet_charge_rules') this.#addRule(told);
    else if (table === 'ippool') this.pools.set(told('ippool_id'), told('ippool_name'));
    else if (table === 'bw_leaf') {
      this.leafKbps.set(
        told('leaf_id'),
        Number(told('total_ceil_kbits')) || Number(told('total_rate_kbits')),
      );
    } else this.#addUser(table, this.#userOf(told('user_id'), `${table}#${row}`), told);
  }

  #addUser(table: string, user: IbsngUser, told: (column: string) => string): void {
    if (table === 'users') {
      user.credit = told('credit');
      user.groupId = told('group_id');
    } else if (table === 'normal_users') {
      user.username = told('normal_username');
      user.password = told('normal_password');
    } else if (table === 'user_attrs') user.attrs.set(told('attr_name'), told('attr_value'));
    else user.isOfAnotherKind = true;
  }

  #userOf(id: string, place: string): IbsngUser {
    const known = this.users.get(id);
    if (known !== undefined) return known;
    const empty = { credit: '', groupId: '', username: '', password: '', isOfAnotherKind: false };
    const user: IbsngUser = { place, ...empty, attrs: new Map() };
    this.users.set(id, user);
    return user;
  }

  #groupOf(id: string): IbsngGroup {
    const known = this.groups.get(id);
    if (known !== undefined) return known;
    const group: IbsngGroup = { name: '', attrs: new Map() };
    this.groups.set(id, group);
    return group;
  }

  #addRule(told: (column: string) => string): void {
    const rule: ChargeRule = {
      perMinute: Number(told('cpm')) || 0,
      perKilobyte: Number(told('cpk')) || 0,
      limitKilobytes: Number(told('bandwidth_limit_kbytes')) || 0,
      upLeaf: told('bw_transmit_leaf_id'),
      downLeaf: told('bw_receive_leaf_id'),
    };
    const rules = this.rules.get(told('charge_id'));
    if (rules === undefined) this.rules.set(told('charge_id'), [rule]);
    else rules.push(rule);
  }
}
