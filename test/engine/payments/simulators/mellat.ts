import { XMLParser, XMLValidator } from 'fast-xml-parser';
import {
  type GatewayServer,
  type SimulatedCall,
  type SimulatedReply,
  startGatewayServer,
} from './http-server.ts';

/** What the simulated bank knows of an order. */
export interface MellatOrder {
  readonly refId: string;
  readonly orderId: string;
  readonly amount: number;
  readonly callBackUrl: string;
  readonly additionalData: string;
  readonly localDate: string;
  readonly localTime: string;
  /** Its SaleReferenceId, '' before somebody pays. */
  sale: string;
  state: 'new' | 'paid' | 'verified' | 'settled' | 'reversed';
}

/** Behpardakht Mellat on this machine; its account is terminal 1234, user `isp`, password `p<&>w`. */
export interface MellatSimulator {
  readonly baseUrl: string;
  readonly server: GatewayServer;
  readonly orders: Map<string, MellatOrder>;
  /** Pays an order at the bank's page; returns the fields that the browser then posts to us. */
  pay(refId: string): Record<string, string>;
  /** The payer turns back; returns the fields that the browser then posts to us. */
  cancel(refId: string): Record<string, string>;
  /** From now on `operation` answers this, whatever it does; `undefined` for its own answer again. */
  say(operation: string, value: string | undefined): void;
  /** Orders whose money the bank gives us. */
  settled(): readonly { orderId: string; reference: string; amount: number }[];
  /** Operations that were called, in their order. */
  operations(): readonly string[];
}

/** Account of the simulated terminal: a password that breaks every envelope which does not escape it. */
export const MELLAT_ACCOUNT = { terminalId: '1234', userName: 'isp', password: 'p<&>w' } as const;

const parser = new XMLParser({ removeNSPrefix: true, parseTagValue: false });

type Fields = Readonly<Record<string, string>>;

/** Starts it on a free port. */
export async function startMellat(): Promise<MellatSimulator> {
  const orders = new Map<string, MellatOrder>();
  const said = new Map<string, string>();
  const server = await startGatewayServer((call) => {
    const asked = readEnvelope(call);
    if (asked === undefined || call.path !== '/pgwchannel/services/pgw') return undefined;
    const value = isAccount(asked.fields) ? act(orders, asked.operation, asked.fields) : '24';
    return answer(asked.operation, said.get(asked.operation) ?? value);
  });
  const byRefId = (refId: string): MellatOrder => {
    const order = [...orders.values()].find((candidate) => candidate.refId === refId);
    if (order === undefined) throw new Error(`no order ${refId}`);
    return order;
  };
  return {
    baseUrl: server.url,
    server,
    orders,
    pay(refId) {
      const order = byRefId(refId);
      order.sale = String(170_000_000_000 + Number(order.orderId));
      order.state = 'paid';
      const { sale: SaleReferenceId, orderId: SaleOrderId, amount } = order;
      const card = { CardHolderPan: '610433******1234', FinalAmount: String(amount) };
      return { RefId: refId, ResCode: '0', SaleOrderId, SaleReferenceId, ...card };
    },
    cancel: (refId) => ({ RefId: refId, ResCode: '17', SaleOrderId: byRefId(refId).orderId }),
    say: (operation, value) =>
      void (value === undefined ? said.delete(operation) : said.set(operation, value)),
    settled: () =>
      [...orders.values()]
        .filter(({ state }) => state === 'settled')
        .map(({ orderId, sale, amount }) => ({ orderId, reference: sale, amount })),
    operations: () => server.calls.map((call) => readEnvelope(call)?.operation ?? ''),
  };
}

function readEnvelope({ body }: SimulatedCall): { operation: string; fields: Fields } | undefined {
  if (XMLValidator.validate(body) !== true) return undefined;
  const [entry] = Object.entries(parser.parse(body).Envelope.Body as Record<string, Fields>);
  return entry === undefined ? undefined : { operation: entry[0], fields: entry[1] };
}

function isAccount({ terminalId, userName, userPassword }: Fields): boolean {
  const { terminalId: terminal, userName: user, password } = MELLAT_ACCOUNT;
  return terminalId === terminal && userName === user && userPassword === password;
}

function answer(operation: string, value: string): SimulatedReply {
  const inner = `<ns2:${operation}Response xmlns:ns2="x"><return>${value}</return></ns2:${operation}Response>`;
  const body = `<soap:Envelope xmlns:soap="y"><soap:Body>${inner}</soap:Body></soap:Envelope>`;
  return { contentType: 'text/xml;charset=UTF-8', body };
}

function act(orders: Map<string, MellatOrder>, operation: string, fields: Fields): string {
  if (operation === 'bpPayRequest') return open(orders, fields);
  const order = orders.get(fields.saleOrderId ?? '');
  if (order === undefined || order.state === 'new') return '42';
  if (operation === 'bpSaleReferenceIdRequest') return `0,${order.sale}`;
  if (order.sale !== fields.saleReferenceId) return '42';
  if (operation === 'bpInquiryRequest')
    return { paid: '44', verified: '46', settled: '45', reversed: '48' }[order.state];
  if (order.state === 'reversed') return '48';
  if (operation === 'bpVerifyRequest') return step(order, 'paid', 'verified', '43');
  if (operation === 'bpSettleRequest')
    return step(order, 'verified', 'settled', order.state === 'paid' ? '44' : '45');
  return order.state === 'settled' ? '45' : step(order, order.state, 'reversed', '48');
}

/** Moves an order on, or says `otherwise` where it is not in the state `from`. */
function step(
  order: MellatOrder,
  from: MellatOrder['state'],
  to: MellatOrder['state'],
  otherwise: string,
): string {
  if (order.state !== from) return otherwise;
  order.state = to;
  return '0';
}

function open(orders: Map<string, MellatOrder>, fields: Fields): string {
  const { orderId = '', callBackUrl = '', additionalData = '', localDate = '', localTime = '' } = fields;
  if (!callBackUrl.startsWith('https://isp.example/')) return '62';
  if (orders.has(orderId)) return '41';
  const refId = `AF82041a${orderId.padStart(8, '0')}`;
  const texts = { callBackUrl, additionalData, localDate, localTime };
  orders.set(orderId, { refId, orderId, amount: Number(fields.amount), ...texts, sale: '', state: 'new' });
  return `0,${refId}`;
}
