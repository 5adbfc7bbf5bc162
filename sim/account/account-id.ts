/** The account number of AWS's own examples. */
export const accountId = '111122223333';
