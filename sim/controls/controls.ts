/** What can be changed while the local AWS runs, by `/_sim/faults` and `/_sim/settings`. */
import { jsonBody, type Incoming } from '../wire/incoming.ts';
import { jsonReply, type Reply } from '../wire/reply.ts';
import type { AdminPages } from '../wire/admin.ts';
import { catalogue } from './catalogue.ts';
import type { FaultRecord, Faults } from './faults.ts';
import type { Pace } from './pace.ts';
import { parseFault, parseSettings, type Places } from './requests.ts';
import type { World } from '../world/world.ts';

export type Settings = { readonly speed: number; readonly callsFactor: number };

export class Controls implements AdminPages {
  readonly pages = [
    'GET /_sim/faults',
    'POST /_sim/faults',
    'DELETE /_sim/faults',
    'DELETE /_sim/faults/ID',
    'GET /_sim/settings',
    'POST /_sim/settings',
  ];
  readonly faults: Faults;
  readonly places: Places;
  readonly #pace: Pace;
  readonly #world: Pick<World, 'multiplyCalls'>;
  #callsFactor = 1;
  #endCallsFactor: () => void = () => undefined;

  constructor(parts: {
    readonly faults: Faults;
    readonly places: Places;
    readonly pace: Pace;
    readonly world: Pick<World, 'multiplyCalls'>;
  }) {
    this.faults = parts.faults;
    this.places = parts.places;
    this.#pace = parts.pace;
    this.#world = parts.world;
  }

  get settings(): Settings {
    return { speed: this.#pace.speed, callsFactor: this.#callsFactor };
  }

  set speed(speed: number) {
    this.#pace.speed = speed;
  }

  set callsFactor(factor: number) {
    this.#endCallsFactor();
    this.#callsFactor = factor;
    this.#endCallsFactor = this.#world.multiplyCalls(factor);
  }

  answer(incoming: Incoming): Reply | undefined {
    const id = /^\/_sim\/faults\/([^/]+)$/.exec(incoming.path)?.[1];
    if (id !== undefined && incoming.method === 'DELETE') return this.#end(id);
    switch (`${incoming.method} ${incoming.path}`) {
      case 'GET /_sim/faults':
        return textReply(200, this.#faultsPage());
      case 'POST /_sim/faults':
        return this.#addFault(jsonBody(incoming));
      case 'DELETE /_sim/faults':
        this.faults.endAll();
        return textReply(200, this.#faultsPage());
      case 'GET /_sim/settings':
        return textReply(200, this.settings);
      case 'POST /_sim/settings':
        return this.#change(jsonBody(incoming));
      default:
        return undefined;
    }
  }

  #addFault(given: unknown): Reply {
    const request = parseFault(given, this.places);
    if (request.kind === 'wrong') return textReply(400, { error: 'no fault was added', problems: request.problems });
    return textReply(201, shown(this.faults.add(request.value)));
  }

  #end(id: string): Reply {
    if (this.faults.end(id)) return textReply(200, this.#faultsPage());
    const inForce = this.faults.inForce().map((fault) => fault.id);
    return textReply(404, { error: 'no such fault is in force', inForce });
  }

  #change(given: unknown): Reply {
    const change = parseSettings(given);
    if (change.kind === 'wrong') return textReply(400, { error: 'nothing was changed', problems: change.problems });
    const { speed, callsFactor } = change.value;
    if (speed !== undefined) this.speed = speed;
    if (callsFactor !== undefined) this.callsFactor = callsFactor;
    return textReply(200, this.settings);
  }

  #faultsPage() {
    return {
      inForce: this.faults.inForce().map(shown),
      canBeAdded: Object.entries(catalogue).map(([fault, { effect, place }]) => ({
        fault,
        effect,
        [place]: this.places[place],
      })),
    };
  }
}

/** With times that a person can read. */
function shown({ beganAt, ...fault }: FaultRecord) {
  return { ...fault, beganAt: new Date(beganAt) };
}

/** For a person with curl. */
function textReply(status: number, value: unknown): Reply {
  return { ...jsonReply(status, undefined), body: `${JSON.stringify(value, null, 2)}\n` };
}
