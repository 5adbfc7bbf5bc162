/** The requests of the page. */
import * as z from 'zod';
import { offersSchema, operateAnswerSchema, type Offers, type OperateAnswer } from '../view.ts';

export async function loadOffers(): Promise<Offers> {
  return offersSchema.parse(await (await fetch('/_sim/console/offers')).json());
}

const refusalSchema = z.object({ error: z.string(), problems: z.array(z.string()).default([]) });

async function send(method: 'POST' | 'DELETE', path: string, body?: object): Promise<unknown> {
  const response = await fetch(path, { method, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
  const value: unknown = await response.json();
  if (response.ok) return value;
  const { error, problems } = refusalSchema.parse(value);
  throw new Error([error, ...problems].join('; '));
}

export async function addFault(fault: string, place: { readonly region: string } | { readonly group: string }) {
  await send('POST', '/_sim/faults', { fault, ...place });
}

export async function heal(id: string): Promise<void> {
  await send('DELETE', `/_sim/faults/${id}`);
}

export async function healAll(): Promise<void> {
  await send('DELETE', '/_sim/faults');
}

export async function change(settings: { readonly speed: number } | { readonly callsFactor: number }): Promise<void> {
  await send('POST', '/_sim/settings', settings);
}

export async function operate(command: object): Promise<OperateAnswer> {
  return operateAnswerSchema.parse(await send('POST', '/_sim/operate', command));
}
