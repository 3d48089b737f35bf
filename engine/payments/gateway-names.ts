/** Gateways that the program knows, whether they are switched on or not. */
export const GATEWAY_NAMES = ['zarinpal', 'zibal', 'mellat', 'saman', 'sadad', 'sandbox'] as const;

/** Where money is before it is at the bank: at a gateway, or in the till, which has an account as one. */
export const MONEY_PLACES = [...GATEWAY_NAMES, 'cash'] as const;
