/** What `mizan help` prints. */
export const helpText = `Usage: mizan COMMAND [ARGUMENT] [OPTIONS]

Commands
  apply FILE.json        declare NAS, plans and lines ("-" reads standard input)
  line show USERNAME     a line as it stands now, with its sessions
  line history USERNAME  in operation or in the collection list, every change by day [--limit N]
  explain USERNAME       why a line has the service it has, or had [--at WHEN]
  sessions [--open]      sessions, newest first [--user USERNAME] [--limit N]
  effects USERNAME       orders to the NAS about a line and how they ended [--session KEY] [--limit N]
  usage USERNAME         usage of a line [--from WHEN] [--to WHEN], last 30 days by default
  nas list               every NAS and what it has taught us
  pool list              pools of our own: size, used, free, sticky
  pool show NAME         who has which address of a pool [--limit N]
  plan list              every plan as it is now
  plan show NAME         a plan as it was, is and will be
  offer list             what is sold [--role subscriber|agent|reseller|staff]
  offer show CODE        what was, is and will be sold under a code
  settings               the settings of the house as they hold now
  setting show NAME      every value of a setting, with its date
  customer show NUMBER   a customer with their lines and how their documents stand
  customer add FILE.json a customer: {"name": …, "mobile": …, "nationalId": …}
  customer find TEXT     customers by a part of the name, or [--by mobile|nationalId|username|phone] [--limit N]
  agent list             agents and resellers with their deposits [--limit N]
  agent show NUMBER      an agent
  agent add FILE.json    an agent: {"name": …, "parentId": …, "commissionPercent": …}
  agent deposit NUMBER   money paid in advance --amount RIAL --into bank|cash|GATEWAY --reference TEXT
  agent report NUMBER    what moved the deposit, and every commission [--from WHEN] [--to WHEN]
  agent token NUMBER     a token for the agent's programs, told once --name NAME
  token add NAME         a token for a member of staff, told once; token list, token revoke NUMBER
  order quote USERNAME   what it would cost and do --offer CODE [--kind service|change|traffic|static-ip] [--months N]
  order place USERNAME   the same, as a proforma that may be paid
  order pay NUMBER       from the wallet, or [--gateway NAME]; at the sandbox bank [--approve] pays, too
  order cancel NUMBER    take back an order that is not paid
  order show NUMBER      an order with its figures
  order list             orders, newest first [--user USERNAME] [--limit N]
  free-charge USERNAME   give a line that ran out its free charge
  purchases USERNAME     services and traffic of a line
  bills USERNAME         bills of its postpaid services
  recharges USERNAME     what became of every recharge of its campaigns
  recharge USERNAME      give the volume of its campaign now
  pause USERNAME         the line is off and loses no days; end-pause USERNAME, pauses USERNAME
  payment list           attempts to pay, newest first [--limit N]
  payment show NUMBER    an attempt to pay
  payments reconcile GATEWAY FILE.csv
                         compare a settlement file (reference, amount, fee) [--from WHEN] [--to WHEN]
                         [--payout REFERENCE [--despite-missing]] and post the money that came for it
  wallet show CUSTOMER   what a customer has with us, entry by entry, and owes [--limit N]
  wallet top-up CUSTOMER credit, paid at a gateway --amount RIAL --gateway NAME [--approve]
  invoice list           invoices and credit notes, newest first [--customer NUMBER] [--order NUMBER] [--limit N]
  invoice show INVOICE   an invoice (1405-1024) with its figures and payments
  invoice pdf INVOICE    save it as a file [--language fa|en] [--out FILE.pdf]
  invoice refund INVOICE a credit note, its amount into the wallet --reason TEXT; [--end] ends the service, too
  messages CUSTOMER      messages that a customer got, newest first [--page N]
  kick USERNAME          disconnect all sessions of a line
  release-mac USERNAME   let another device log in where the plan locks to the first
  reconcile              compare counters, ledger and history, line by line
  ledger verify          read the journal of the money, its hashes and balances [--kept NUMBER:HASH]
  ledger account CODE    an account (wallet:17), entry by entry, newest first [--limit N]
  what-if PLAN.json      yesterday, had the plan been this one [--from WHEN] [--to WHEN]
  import FORMAT FILE     what another system's lines would become: csv, radius-sql or ibsng
                         [--map MAP.json] [--encoding windows-1256] [--apply]
  pass-time INSTANT      on a clock for tests: let time pass, all that is due being done
  help                   this text

Options
  --json                 print the server's answer as JSON, octets as exact integers
  -h, --help             this text

WHEN is a day of Asia/Tehran (2026-11-21, counted whole) or an instant (2026-11-21T07:30:00Z).
1 GB is 1024 MB. Times are shown in Asia/Tehran.

The server is found by MIZAN_URL and MIZAN_TOKEN, else by the files run.json and api-token
in DATA_DIR (default ./data), which a running server keeps there.

Exit codes: 0 done, 1 refused by the server, octets that do not reconcile or a ledger that is
not whole, 2 wrong usage, 3 the server cannot be reached.
`;
