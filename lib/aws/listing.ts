/** Merging what several control Regions list, of which any may fail. */
import type { Problem } from '../core/model/outcome.ts';
import { refusalOf } from './refusal.ts';

/** What one control Region listed before it failed, if it did. */
export type Listing<Item> = { readonly items: readonly Item[]; readonly problems: readonly Problem[] };

/** Reads every page. An item that cannot be translated is a problem of its own and does not affect the others. */
export async function collect<Page, Item>(
  doing: string,
  pages: AsyncIterable<Page>,
  itemsOf: (page: Page) => readonly unknown[],
  translate: (item: unknown) => Item,
): Promise<Listing<Item>> {
  const items: Item[] = [];
  const problems: Problem[] = [];
  try {
    for await (const page of pages) {
      for (const item of itemsOf(page)) {
        try {
          items.push(translate(item));
        } catch (error) {
          problems.push({ doing, message: refusalOf(error).message });
        }
      }
    }
  } catch (error) {
    problems.push({ doing, message: refusalOf(error).message });
  }
  return { items, problems };
}

/** By id. The first listing has precedence. */
export function unionById<Item>(
  listings: readonly Listing<Item>[],
  idOf: (item: Item) => string,
): ReadonlyMap<string, Item> {
  const union = new Map<string, Item>();
  for (const { items } of listings) for (const item of items) if (!union.has(idOf(item))) union.set(idOf(item), item);
  return union;
}
