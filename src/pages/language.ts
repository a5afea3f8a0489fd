/** Languages our pages speak. */
export type PageLanguage = 'en' | 'bn';
