import fc from 'fast-check';
import { contrast, paletteOf } from './palette.js';

const rgb = (hex: string) =>
  [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16)) as [number, number, number];

describe('paletteOf', () => {
  it('keeps text and lines readable with any accent', () => {
    const color = fc.integer({ min: 0, max: 0xffffff }).map((n) => `#${n.toString(16).padStart(6, '0')}`);
    fc.assert(
      fc.property(color, (accent) => {
        const palette = paletteOf(accent);
        const paper = rgb(palette.paper);
        expect(contrast(rgb(palette.accentText), paper)).toBeGreaterThanOrEqual(4.5);
        expect(contrast(rgb(palette.muted), paper)).toBeGreaterThanOrEqual(4.5);
        expect(contrast(rgb(palette.accentLine), paper)).toBeGreaterThanOrEqual(3);
      }),
      { examples: [['#ffffff'], ['#ffff00'], ['#000000'], ['#fdfbf5']] },
    );
  });

  it('leaves a colour alone that reads well', () => {
    expect(paletteOf('#1a2b6b')).toMatchObject({ accentText: '#1a2b6b', accentLine: '#1a2b6b' });
  });
});
