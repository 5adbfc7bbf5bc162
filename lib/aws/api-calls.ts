/** Counts what is asked of AWS, every repetition of the SDK's included. */

type Next<Argument, Answer> = (argument: Argument) => Promise<Answer>;

/** As much of an SDK client as counting takes. */
type Countable = {
  readonly middlewareStack: {
    add(
      middleware: <Argument, Answer>(next: Next<Argument, Answer>) => Next<Argument, Answer>,
      options: { readonly step: 'deserialize'; readonly priority: 'low'; readonly name: string },
    ): void;
  };
};

export class ApiCalls {
  /** How many there were. */
  count = 0;

  /** @returns the client itself */
  of<Client extends Countable>(client: Client): Client {
    const counting =
      <Argument, Answer>(next: Next<Argument, Answer>): Next<Argument, Answer> =>
      (argument) => {
        this.count += 1;
        return next(argument);
      };
    // The last step before the wire.
    client.middlewareStack.add(counting, { step: 'deserialize', priority: 'low', name: 'apiCalls' });
    return client;
  }
}
