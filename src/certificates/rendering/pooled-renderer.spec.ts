import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import jsQR from 'jsqr';
import sharp from 'sharp';
import { ConfigError } from '../../config/config.error.js';
import { loadConfig } from '../../config/config.js';
import { PooledRenderer } from './pooled-renderer.js';
import { CERTIFICATE_TYPES, type CertificateContent, LANGUAGES, UnprintableTextError } from './renderer.js';

const content: CertificateContent = {
  tournamentName: 'FIDE Candidates Tournament 2024',
  displayName: 'Gukesh Dommaraju',
  certificateType: 'winner',
  placement: 1,
  language: 'en',
  verificationCode: '3f1c5f0e-6a8b-4f0e-9a57-0d2a6f2f7c11',
  verificationUrl:
    'https://certs.example.org/api/tournaments/certificates/verify/3f1c5f0e-6a8b-4f0e-9a57-0d2a6f2f7c11/',
  generatedAt: new Date('2024-04-23T10:00:00Z'),
  completedAt: new Date('2024-04-22T20:00:00Z'),
};

describe('PooledRenderer', () => {
  const renderer = new PooledRenderer(loadConfig({}));
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'rendering-'));
  });
  afterAll(async () => {
    await renderer.close();
    await rm(folder, { recursive: true });
  });

  it.each(CERTIFICATE_TYPES.flatMap((type) => LANGUAGES.map((language) => [type, language] as const)))(
    'renders %s in %s, with a QR code that scans from the image',
    async (certificateType, language) => {
      const { pdf, png } = await renderer.render({ ...content, certificateType, language });
      expect(pdf.subarray(0, 8).toString()).toBe('%PDF-1.7');
      expect(png.length).toBeLessThan(300_000);
      expect(await sharp(png).metadata()).toMatchObject({ width: 1920, height: 1080 });
      const corner = sharp(png).extract({ left: 200, top: 680, width: 400, height: 400 }).ensureAlpha();
      const { data, info } = await corner.raw().toBuffer({ resolveWithObject: true });
      expect(jsQR.default(new Uint8ClampedArray(data), info.width, info.height)?.data).toBe(
        content.verificationUrl,
      );
    },
    60_000,
  );

  it('keeps the name of the person out of the metadata', async () => {
    const { pdf, png } = await renderer.render(content);
    expect(pdf.toString('latin1')).not.toMatch(/Gukesh|Dommaraju/);
    expect(pdf.toString('utf16le')).not.toMatch(/Gukesh/);
    expect(pdf.toString('latin1')).toContain('>Winner Certificate</');
    expect(pdf.toString('latin1')).toContain('/Lang (en)');
    expect(png.toString('latin1')).not.toMatch(/Gukesh/);
  }, 60_000);

  it('tells screen readers what is what, in the order in which it is read', async () => {
    const { pdf } = await renderer.render(content);
    const objects = pdf.toString('latin1').matchAll(/^(\d+) 0 obj\n<<([^]*?)>>\nendobj/gm);
    const elements = [...objects].flatMap(([, number, dictionary = '']) => {
      const [, type] = /\/S \/(\w+)/.exec(dictionary) ?? [];
      const [, parent] = /\/P (\d+) 0 R/.exec(dictionary) ?? [];
      return type ? [{ number, type, parent, dictionary }] : [];
    });
    const root = elements.find(({ type }) => type === 'Document');
    const read = elements.filter((element) => element !== root);
    expect(read.map(({ type }) => type).join(' ')).toBe('P H1 P H2 P P P Figure P P P P P P P');
    expect(new Set(read.map(({ parent }) => parent))).toEqual(new Set([root?.number]));
    expect(read.find(({ type }) => type === 'Figure')?.dictionary).toContain('/Alt (Scan to verify');
  }, 60_000);

  it('names what it cannot print, in rendering and beforehand', async () => {
    const names = { displayName: 'A𒀀B𒀁', tournamentName: content.tournamentName };
    const failure = await renderer.render({ ...content, ...names }).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(UnprintableTextError);
    expect(failure).toMatchObject({ field: 'display_name', characters: ['𒀀', '𒀁'] });
    expect(await renderer.unprintable(names)).toEqual(failure);
    expect(await renderer.unprintable({ displayName: 'A', tournamentName: 'Cup \u{13000}' })).toMatchObject({
      field: 'tournament_name',
    });
    expect(await renderer.unprintable(content)).toBeNull();
  }, 60_000);

  describe('at the start', () => {
    const start = async (env: Record<string, string>) => {
      const designed = new PooledRenderer(loadConfig(env));
      try {
        await designed.onModuleInit();
        return await designed.render(content);
      } finally {
        await designed.close();
      }
    };

    it('takes a logo with transparency and texts of any script', async () => {
      const file = join(folder, 'logo.png');
      const circle = '<svg width="900" height="500"><circle cx="450" cy="250" r="240" fill="#0057b8"/></svg>';
      await writeFile(file, await sharp(Buffer.from(circle)).png().toBuffer());
      const { pdf } = await start({ CERT_LOGO_FILE: file, CERT_ISSUER_NAME: 'বাংলাদেশ দাবা ফেডারেশন' });
      expect(pdf.toString('latin1')).toContain('/Subtype /Image');
    }, 60_000);

    it.each([
      ['no-such-file.png', undefined, 'there is no such file'],
      ['text.png', 'not an image', 'this is no image'],
      ['drawing.svg', '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>', 'this is a svg file'],
      ['cut.png', 'cut', 'it is damaged'],
      ['.', undefined, "it can't be read (EISDIR)"],
    ])('refuses a logo that is no image: %s', async (name, bytes, why) => {
      const file = join(folder, name);
      const noise = {
        width: 64,
        height: 64,
        channels: 3 as const,
        noise: { type: 'gaussian' as const, mean: 99, sigma: 30 },
      };
      if (bytes === 'cut')
        await writeFile(
          file,
          (
            await sharp({ create: { ...noise, background: '#fff' } })
              .png()
              .toBuffer()
          ).subarray(0, 2000),
        );
      else if (bytes) await writeFile(file, bytes);
      await expect(start({ CERT_LOGO_FILE: file })).rejects.toThrow(ConfigError);
      await expect(start({ CERT_LOGO_FILE: file })).rejects.toThrow(why);
    });

    it('refuses a text that no font can print', async () => {
      await expect(start({ CERT_SIGNATORY_NAME: 'Dr. 𒀀' })).rejects.toThrow(/^CERT_SIGNATORY_NAME: .*not 𒀀$/);
    }, 60_000);
  });
});
