/** Text and lines for hand-made pictures. */

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}

export function label(x: number, y: number, text: string, attributes = ''): string {
  return `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" ${attributes}>${escape(text)}</text>`;
}

export function line(x1: number, y1: number, x2: number, y2: number, attributes: string): string {
  return `<line x1="${x1.toFixed(1)}" y1="${y1.toFixed(1)}" x2="${x2.toFixed(1)}" y2="${y2.toFixed(1)}" ${attributes}/>`;
}

type Spot = { readonly x: number; readonly y: number; readonly text: string };
type Box = { readonly left: number; readonly right: number; readonly top: number; readonly bottom: number };

const characterWidth = 7.2;
const textHeight = 13;
const spotRadius = 6;
const halo = 'paint-order="stroke" stroke="white" stroke-width="4"';

function overlaps(one: Box, other: Box): boolean {
  return one.left < other.right && other.left < one.right && one.top < other.bottom && other.top < one.bottom;
}

/** Around the spot, nearest first: right, above and below, left, and then farther off. */
function placesFor({ x, y, text }: Spot): readonly Box[] {
  const width = text.length * characterWidth;
  const near = [0, -18, 18, -36, 36, -54, 54, -72, 72, -90, 90];
  return near.flatMap((shift) =>
    [x + 10, x - width / 2, x - 10 - width].map((left) => {
      const bottom = y + shift + textHeight / 2;
      return { left, right: left + width, top: bottom - textHeight, bottom };
    }),
  );
}

function around({ x, y }: Spot): Box {
  return {
    left: x - spotRadius,
    right: x + spotRadius,
    top: y - spotRadius,
    bottom: y + spotRadius,
  };
}

/** A name beside every spot that has one, off the other names and spots, with a thin line where it had to go far. */
export function labels(spots: readonly Spot[], within: Box): readonly string[] {
  const fits = (box: Box): boolean => box.left > within.left && box.right < within.right && box.top > within.top;
  const taken = spots.map(around);
  return spots
    .filter(({ text }) => text !== '')
    .flatMap((spot) => {
      const places = placesFor(spot);
      const box = places.find((place) => fits(place) && !taken.some((other) => overlaps(place, other))) ?? places[0];
      if (box === undefined) return [];
      taken.push(box);
      const text = label(box.left, box.bottom - 2, spot.text, halo);
      const middle = (box.left + box.right) / 2;
      const isFar = Math.abs((box.top + box.bottom) / 2 - spot.y) > 25;
      return isFar
        ? [line(spot.x, spot.y, middle, box.bottom < spot.y ? box.bottom : box.top, 'stroke="#bbb"'), text]
        : [text];
    });
}
