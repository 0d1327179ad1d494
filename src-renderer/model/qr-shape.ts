import { encode } from 'uqr';

/** Modules of the white border, as the QR code standard requires (ISO/IEC 18004, 4 modules). */
const QUIET_ZONE = 4;

/** A QR code as a shape: dark modules on white, in both themes, because scanners expect that. */
export interface QrShape {
  /** Modules of an edge, with the border. */
  readonly size: number;
  /** The dark modules: commands of an SVG path and of Path2D, one unit a module. */
  readonly path: string;
}

/** The QR code of a text. @throws RangeError when the text is too long for one */
export function qrShape(text: string): QrShape {
  const { size, data } = encode(text, { ecc: 'M', border: QUIET_ZONE });
  const rows = data.map((row, y) => {
    let path = '';
    for (let x = 0; x < row.length;) {
      let end = x;
      while (row[end] === true) end += 1;
      if (end > x) path += `M${String(x)} ${String(y)}h${String(end - x)}v1H${String(x)}z`;
      x = Math.max(end, x + 1);
    }
    return path;
  });
  return { size, path: rows.join('') };
}
