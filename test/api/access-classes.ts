/** For whom a route is, and what of it. */
export type AccessClass =
  /** Agents are refused. */
  | 'staff'
  /** One thing: for agents whose it is, or above; others are told that it is not there. */
  | 'thing'
  /** For all agents, each sees and makes its own. */
  | 'own'
  /** The same for everybody. */
  | 'all';

const of = (access: AccessClass, ...operations: readonly string[]) =>
  operations.map((operation) => [operation, access] as const);

/** Every route. A route that is not here fails the tests: whoever adds one says for whom it is. */
export const ACCESS: ReadonlyMap<string, AccessClass> = new Map([
  ...of('all', 'listOffers'),
  ...of('own', 'findCustomers', 'addCustomer', 'showMe', 'listAgents', 'listOrders', 'listPayments'),
  ...of('thing', 'getLine', 'showUsage', 'getContract', 'getStanding', 'listStandings', 'listPurchases'),
  ...of('thing', 'getCustomer', 'changeCustomer', 'uploadDocument', 'listDocuments', 'getPicture'),
  ...of('thing', 'quoteOrder', 'placeOrder', 'getOrder', 'cancelOrder', 'payFromDeposit', 'getPayment'),
  ...of('thing', 'addLine'),
  ...of('thing', 'getAgent', 'reportAgent'),
  ...of('staff', 'apply', 'findKnownLines', 'importPeople', 'reconcile', 'showReconciliation', 'whatIf'),
  ...of('staff', 'passTime', 'moveClock', 'verifyLedger', 'showAccount', 'listAudit', 'listSessions'),
  ...of('staff', 'listLines', 'releaseMac', 'kickLine', 'listEffects', 'explainLine', 'suspendLine'),
  ...of('staff', 'resumeLine', 'changeStanding', 'changeContract', 'listBills', 'listRecharges'),
  ...of('staff', 'listPauses', 'pauseLine', 'endPause', 'rechargeLine', 'giveFreeCharge'),
  ...of('staff', 'listNas', 'listPools', 'listLeases', 'listPlans', 'getPlan', 'getOffer'),
  ...of('staff', 'listPromotions', 'listSettings', 'getSetting', 'setSetting', 'listGateways'),
  ...of('staff', 'payOrder', 'showWallet', 'topUpWallet', 'payDebt', 'listWaitingDocuments'),
  ...of('staff', 'reviewDocument', 'addAgent', 'changeAgent', 'suspendAgent', 'resumeAgent'),
  ...of('staff', 'takeAgentDeposit', 'limitAgent', 'assignCustomer'),
  ...of('staff', 'listDepositAccounts', 'tellDeposit', 'listDeposits', 'getDeposit', 'getReceipt'),
  ...of('staff', 'approveDeposit', 'rejectDeposit', 'reconcileGateway'),
  ...of('staff', 'createToken', 'listTokens', 'revokeToken'),
  ...of('own', 'listInvoices'),
  ...of('thing', 'getInvoice', 'getInvoicePdf'),
  ...of('staff', 'takeInvoiceBack'),
  ...of('staff', 'listMessages', 'listMessagesOfCustomer'),
]);
