// The layout of a call's pictures. Pure, so that it can be tested without a browser.

/** The kind of a picture. */
export type SeatKind = 'person' | 'own' | 'screen';

export interface Seat {
  id: string;
  kind: SeatKind;
  /** The picture's aspect ratio; undefined while there is none. */
  ratio?: number | undefined;
}

export interface Size {
  width: number;
  height: number;
}

export interface Box extends Size {
  x: number;
  y: number;
}

export interface Wish {
  mode: 'grid' | 'speaker';
  /** The seat to enlarge: a pinned one, or the speaker's. */
  main?: string | undefined;
  /** Nobody else has joined: the own picture is enlarged. */
  previewing?: boolean;
}

export const gap = 8;
const smallest = 230;
const widest = 16 / 9;
const narrowest = 9 / 16;
/** The aspect ratio of a face without a picture yet. */
const usual = 4 / 3;
/** The largest part of a picture's width or height that may be cropped. */
const mostCut = 0.3;

/** Boxes by seat; a seat without one is hidden. */
export function arrange(seats: readonly Seat[], size: Size, wish: Wish): Map<string, Box> {
  const whole: Box = { x: 0, y: 0, ...size };
  const own = seats.find(seat => seat.kind === 'own');
  const others = seats.filter(seat => seat.kind !== 'own');
  if (wish.previewing && own)
    return new Map([[own.id, whole]]);
  const main = mainOf(seats, wish.main);
  if (!main)
    return new Map();
  // A window beside other programs, or a minimized call.
  if (size.width < smallest || size.height < smallest * 0.6)
    return new Map([[main.id, whole]]);
  if (others.length <= 1 && !others.some(seat => seat.kind === 'screen')) {
    const boxes = new Map([[(others[0] ?? main).id, whole]]);
    if (own && others.length > 0)
      boxes.set(own.id, corner(own, size));
    return boxes;
  }
  if (wish.mode === 'grid')
    return grid(seats, whole);
  return withStrip(seats, main, size);
}

/** Two or more columns, whichever shows the most of each picture; the last row is centred. */
export function grid(seats: readonly Seat[], place: Box): Map<string, Box> {
  const count = seats.length;
  let best = { columns: 1, width: 0, height: 0, shown: 0 };
  for (let columns = 1; columns <= count; columns++) {
    const rows = Math.ceil(count / columns);
    const cell = within((place.width - gap * (columns - 1)) / columns, (place.height - gap * (rows - 1)) / rows);
    const shown = seats.reduce((sum, seat) => sum + area(frame(seat.ratio ?? usual, cell, seat.kind === 'screen')), 0);
    if (shown > best.shown + 1)
      best = { columns, ...cell, shown };
  }
  const { columns, width, height } = best;
  const rows = Math.ceil(count / columns);
  const top = place.y + (place.height - rows * height - (rows - 1) * gap) / 2;
  return new Map(seats.map((seat, index) => {
    const row = Math.floor(index / columns);
    const inRow = row === rows - 1 ? count - row * columns : columns;
    const left = place.x + (place.width - inRow * width - (inRow - 1) * gap) / 2;
    return [seat.id, { x: left + (index % columns) * (width + gap), y: top + row * (height + gap), width, height }];
  }));
}

/** The box of a picture within its tile: as large as possible with a face slightly cropped, a screen never. */
export function frame(ratio: number, tile: Size, isScreen: boolean): Size {
  const tileRatio = tile.width / tile.height;
  const shown = isScreen ? ratio : Math.min(Math.max(tileRatio, ratio * (1 - mostCut)), ratio / (1 - mostCut));
  return shown > tileRatio
    ? { width: tile.width, height: tile.width / shown }
    : { width: tile.height * shown, height: tile.height };
}

const area = ({ width, height }: Size) => width * height;

function mainOf(seats: readonly Seat[], wanted: string | undefined): Seat | undefined {
  return seats.find(seat => seat.id === wanted)
    ?? seats.find(seat => seat.kind === 'screen') ?? seats.find(seat => seat.kind === 'person') ?? seats[0];
}

function withStrip(seats: readonly Seat[], main: Seat, { width, height }: Size): Map<string, Box> {
  const rest = seats.filter(seat => seat !== main);
  const isBeside = width > height * 1.2;
  const strip = isBeside ? Math.min(260, Math.max(140, width * 0.2)) : Math.min(200, Math.max(96, height * 0.2));
  const large = isBeside
    ? { x: 0, y: 0, width: width - strip - gap, height }
    : { x: 0, y: 0, width, height: height - strip - gap };
  const side = isBeside ? { x: width - strip, y: 0, width: strip, height } : { x: 0, y: height - strip, width, height: strip };
  return new Map([[main.id, large], ...grid(rest, side)]);
}

/** The own picture in a call of two: small, in a corner. */
function corner(own: Seat, { width, height }: Size): Box {
  const ratio = Math.min(Math.max(own.ratio ?? widest, narrowest), widest);
  const size = Math.min(260 * 146, Math.max(96 * 96, width * height * 0.05));
  const box = { width: Math.sqrt(size * ratio), height: Math.sqrt(size / ratio) };
  return { ...box, x: width - box.width - gap, y: height - box.height - gap };
}

function within(width: number, height: number): Size {
  if (width <= 0 || height <= 0)
    return { width: 0, height: 0 };
  if (width / height > widest)
    return { width: height * widest, height };
  return width / height < narrowest ? { width, height: width / narrowest } : { width, height };
}
