/** Where a FreeRADIUS server finds its lines and leaves its records. */
export type FreeradiusStore =
  | {
      /** Accounting records go to a detail file. */
      readonly kind: 'files';
      readonly usersFile: string;
    }
  | {
      readonly kind: 'sql';
      readonly socketFolder: string;
      readonly port: number;
      readonly connections: number;
    };

/** How a FreeRADIUS server is set up. */
export interface FreeradiusSettings {
  /** Folder of its own for everything that it writes. */
  readonly folder: string;
  readonly authPort: number;
  readonly acctPort: number;
  readonly secret: string;
  readonly threads: number;
  readonly store: FreeradiusStore;
}

/** Where Debian keeps the configuration that the server ships with. */
export const DEBIAN_CONFIGURATION = '/etc/freeradius/3.0';

/** As much as the other servers get; with the kernel's default a burst of a few hundred requests loses some. */
const RECEIVE_BUFFER_OCTETS = 4 << 20;

/**
 * The text of `radiusd.conf` for a server that does what is measured and nothing else: no EAP, no logs of logins, no proxying, no
 * simultaneous-use check, no session database.
 */
export function freeradiusConfiguration(settings: FreeradiusSettings): string {
  const { folder, threads, store, secret } = settings;
  return `
prefix = /usr
logdir = ${folder}
radacctdir = ${folder}
run_dir = ${folder}
db_dir = ${folder}
libdir = /usr/lib/freeradius
modconfdir = ${DEBIAN_CONFIGURATION}/mods-config
max_request_time = 30
cleanup_delay = 5
max_requests = 65536
hostname_lookups = no
proxy_requests = no
log {
  destination = files
  file = ${folder}/radius.log
  auth = no
}
security {
  max_attributes = 200
  reject_delay = 0
  status_server = no
}
thread pool {
  start_servers = ${threads}
  max_servers = ${threads}
  min_spare_servers = 1
  max_spare_servers = ${threads}
  max_queue_size = 65536
  max_requests_per_server = 0
  auto_limit_acct = no
}
client bench {
  ipaddr = 127.0.0.1
  secret = ${secret}
  require_message_authenticator = yes
}
${modules(store)}
${virtualServer(settings)}
`;
}

function modules(store: FreeradiusStore): string {
  return `modules {
  expr {
  }
  pap {
  }
${store.kind === 'files' ? filesModules(store) : sqlModule(store)}
}`;
}

function virtualServer({ authPort, acctPort, store }: FreeradiusSettings): string {
  const [authorize, accounting] = store.kind === 'files' ? ['files', 'detail'] : ['sql', 'sql'];
  return `policy {
  $INCLUDE ${DEBIAN_CONFIGURATION}/policy.d/accounting
}
server bench {
${listener('auth', authPort)}
${listener('acct', acctPort)}
  authorize {
    ${authorize}
    pap
  }
  authenticate {
    pap
  }
  preacct {
    acct_unique
  }
  accounting {
    ${accounting}
  }
}`;
}

function listener(type: 'auth' | 'acct', port: number): string {
  return `  listen {
    type = ${type}
    ipaddr = 127.0.0.1
    port = ${port}
    recv_buff = ${RECEIVE_BUFFER_OCTETS}
  }`;
}

function filesModules({ usersFile }: { readonly usersFile: string }): string {
  return `  files {
    usersfile = ${usersFile}
  }
  detail {
    filename = \${radacctdir}/detail
    permissions = 0600
    header = "%t"
  }`;
}

/** The module as Debian ships it but for the place of the database; its queries are Debian's file. */
function sqlModule({
  socketFolder,
  port,
  connections,
}: {
  readonly socketFolder: string;
  readonly port: number;
  readonly connections: number;
}): string {
  return `  sql {
    dialect = "postgresql"
    driver = "rlm_sql_postgresql"
    server = "${socketFolder}"
    port = ${port}
    login = "mizan"
    radius_db = "radius"
    acct_table1 = "radacct"
    acct_table2 = "radacct"
    postauth_table = "radpostauth"
    authcheck_table = "radcheck"
    groupcheck_table = "radgroupcheck"
    authreply_table = "radreply"
    groupreply_table = "radgroupreply"
    usergroup_table = "radusergroup"
    delete_stale_sessions = yes
    read_clients = no
    client_table = "nas"
    group_attribute = "SQL-Group"
    pool {
      start = ${connections}
      min = ${connections}
      max = ${connections}
      spare = ${connections}
      uses = 0
      retry_delay = 30
      lifetime = 0
      idle_timeout = 0
    }
    $INCLUDE \${modconfdir}/sql/main/postgresql/queries.conf
  }`;
}
