import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

/** A font file, `package/path`, all of them under the SIL Open Font License. */
export type FontFile = string;

const google = (family: string, style: string, weight = '400Regular'): FontFile =>
  `@expo-google-fonts/${family}/${weight}/${style}_${weight}.ttf`;

/** What a text is on the page; each role is a typeface of its own where the script allows it. */
export type Role = 'title' | 'name' | 'text' | 'italic' | 'strong';

const LATIN: Record<Role, FontFile> = {
  title: google('cinzel', 'Cinzel', '600SemiBold'),
  name: google('eb-garamond', 'EBGaramond', '500Medium'),
  text: google('eb-garamond', 'EBGaramond'),
  italic: google('eb-garamond', 'EBGaramond', '400Regular_Italic'),
  strong: google('eb-garamond', 'EBGaramond', '600SemiBold'),
};

const BENGALI: Record<Role, FontFile> = {
  title: google('noto-serif-bengali', 'NotoSerifBengali', '600SemiBold'),
  name: google('noto-serif-bengali', 'NotoSerifBengali', '500Medium'),
  text: google('noto-serif-bengali', 'NotoSerifBengali'),
  italic: google('noto-serif-bengali', 'NotoSerifBengali'),
  strong: google('noto-serif-bengali', 'NotoSerifBengali', '600SemiBold'),
};

const EMOJI = google('noto-emoji', 'NotoEmoji');
const CHINESE = '@embedpdf/fonts-sc/fonts/NotoSansHans-Regular.otf';
const JAPANESE = '@embedpdf/fonts-jp/fonts/NotoSansJP-Regular.otf';
const KOREAN = '@embedpdf/fonts-kr/fonts/NotoSansKR-Regular.otf';

/** Fonts by script: a file is opened only when a text needs its script. */
const BY_SCRIPT: [script: RegExp, family: string, style: string, bold?: string][] = [
  [/\p{scx=Deva}/u, 'noto-serif-devanagari', 'NotoSerifDevanagari'],
  [/\p{scx=Arab}/u, 'amiri', 'Amiri', '700Bold'],
  [/\p{scx=Hebr}/u, 'noto-serif-hebrew', 'NotoSerifHebrew'],
  [/\p{scx=Taml}/u, 'noto-sans-tamil', 'NotoSansTamil'],
  [/\p{scx=Telu}/u, 'noto-serif-telugu', 'NotoSerifTelugu'],
  [/\p{scx=Thai}/u, 'noto-sans-thai', 'NotoSansThai'],
  [/\p{scx=Geor}/u, 'noto-sans-georgian', 'NotoSansGeorgian'],
  [/\p{scx=Armn}/u, 'noto-sans-armenian', 'NotoSansArmenian'],
  [/\p{scx=Gujr}/u, 'noto-sans-gujarati', 'NotoSansGujarati'],
  [/\p{scx=Guru}/u, 'noto-sans-gurmukhi', 'NotoSansGurmukhi'],
  [/\p{scx=Knda}/u, 'noto-sans-kannada', 'NotoSansKannada'],
  [/\p{scx=Mlym}/u, 'noto-sans-malayalam', 'NotoSansMalayalam'],
  [/\p{scx=Sinh}/u, 'noto-sans-sinhala', 'NotoSansSinhala'],
];
const CJK = /[\p{scx=Hani}\p{scx=Hira}\p{scx=Kana}\p{scx=Hang}\p{scx=Bopo}\u3000-\u303f\uff00-\uffef]/u;
const KANA = /[\p{sc=Hira}\p{sc=Kana}]/u;
const HANGUL = /\p{sc=Hang}/u;
const EMOJI_PRESENTATION = /\p{Emoji_Presentation}|\p{Emoji}\ufe0f/u;

/** Whether a grapheme cluster asks to be shown as a picture (UTS #51). */
export function isEmoji(cluster: string): boolean {
  return EMOJI_PRESENTATION.test(cluster);
}

/** Asked last, for what no script claims. */
const SYMBOLS = [
  google('noto-serif', 'NotoSerif'),
  google('noto-sans-symbols-2', 'NotoSansSymbols2'),
  google('noto-sans-symbols', 'NotoSansSymbols'),
  EMOJI,
];

/** Whose shapes Han characters take: one code point is drawn differently in Japan, Korea and China. */
export type HanStyle = 'chinese' | 'japanese' | 'korean';

/** @returns the style of the first text whose kana or Hangul gives it away */
export function hanStyleOf(...texts: string[]): HanStyle {
  for (const text of texts) {
    if (KANA.test(text)) return 'japanese';
    if (HANGUL.test(text)) return 'korean';
  }
  return 'chinese';
}

const CJK_FONTS: Record<HanStyle, FontFile[]> = {
  chinese: [CHINESE, JAPANESE, KOREAN],
  japanese: [JAPANESE, CHINESE, KOREAN],
  korean: [KOREAN, CHINESE, JAPANESE],
};

/** The fonts that may set a grapheme cluster, best first. */
export function candidates(cluster: string, role: Role, han: HanStyle): FontFile[] {
  if (isEmoji(cluster)) return [EMOJI, ...SYMBOLS];
  const own = [LATIN[role], LATIN.text, BENGALI[role]];
  if (CJK.test(cluster)) own.push(...CJK_FONTS[han]);
  for (const [script, family, style, bold = '600SemiBold'] of BY_SCRIPT) {
    if (script.test(cluster)) own.push(google(family, style, role === 'strong' ? bold : '400Regular'));
  }
  return [...own, ...SYMBOLS];
}

const require = createRequire(import.meta.url);

/** @returns the absolute path of an installed font file */
export function pathOf(file: FontFile): string {
  const [scope, name, ...rest] = file.split('/');
  const base = `${scope}/${name}`;
  const search = require.resolve.paths(base) ?? [];
  const found = search.map((folder) => join(folder, base, ...rest)).find((path) => existsSync(path));
  if (!found) throw new Error(`font file ${file} is not installed: run npm install`);
  return found;
}
