import PDFDocument from 'pdfkit';

/** A PDF with a structure for screen readers: whatever is drawn is an element of it, or an artifact that they skip. */
export class TaggedPdf extends PDFDocument {
  /** PDF/UA requires one root element. */
  private readonly root = this.struct('Document');

  constructor(options: PDFKit.PDFDocumentOptions) {
    super({ ...options, tagged: true });
    this.addStructure(this.root);
  }

  /** Elements are read in the order in which they are drawn. */
  element(type: 'H1' | 'H2' | 'P' | 'Figure', options: { alt?: string }, draw: () => void): void {
    this.root.add(this.struct(type, options, [draw]));
  }

  artifact(draw: () => void): void {
    this.markContent('Artifact', { type: 'Layout' });
    draw();
    this.endMarkedContent();
  }

  override end(): void {
    this.root.end();
    super.end();
  }
}
