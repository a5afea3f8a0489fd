import { loadConfig } from '../../config/config.js';
import { PooledRenderer } from './pooled-renderer.js';
import { type CertificateContent, UnprintableTextError } from './renderer.js';

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
  afterAll(() => renderer.close());

  it('renders a PDF and a PNG', async () => {
    const { pdf, png } = await renderer.render(content);
    expect(pdf.subarray(0, 8).toString()).toBe('%PDF-1.7');
    expect(png.subarray(1, 4).toString()).toBe('PNG');
  }, 60_000);

  it('names what it cannot print, in rendering and beforehand', async () => {
    const names = { displayName: 'A𒀀B𒀁', tournamentName: content.tournamentName };
    const failure = await renderer.render({ ...content, ...names }).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(UnprintableTextError);
    expect(failure).toMatchObject({ field: 'display_name', characters: ['𒀀', '𒀁'] });
    expect(await renderer.unprintable(names)).toEqual(failure);
    expect(await renderer.unprintable(content)).toBeNull();
  }, 60_000);
});
