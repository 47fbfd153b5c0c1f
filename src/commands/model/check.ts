import { Args, Flags } from '@oclif/core';
import { BaseCommand } from '../../lib/cli/base-command.ts';
import { formatSize } from '../../lib/common/text/size.ts';
import type { ModelReport } from '../../lib/operations/model/check.ts';

export default class ModelCheck extends BaseCommand {
  static override summary = 'Check that an ONNX file is an image tower that the embedder can serve.';
  static override description =
    'Loads the file, finds the image input and the 512-dimensional output by their shapes, runs it, and compares ' +
    'its answer to a known image with the golden vector in FILE.golden.json, when there is one.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> fashionclip-image.onnx',
    '<%= config.bin %> <%= command.id %> fashionclip-image.onnx --write-golden',
  ];
  static override args = {
    file: Args.string({ required: true, description: 'the ONNX file' }),
  };
  static override flags = {
    'write-golden': Flags.boolean({
      description: 'write the answer to the known image to FILE.golden.json, to compare with from then on',
    }),
  };

  async run(): Promise<ModelReport> {
    const { args, flags } = await this.parse(ModelCheck);
    // ONNX Runtime is native code; only this command loads it.
    // oxlint-disable-next-line no-restricted-imports -- by import(), as the rule wants it
    const { checkModel } = await import('../../lib/operations/model/check.ts');
    const report = await checkModel(args.file, { writeGolden: flags['write-golden'] });
    this.log(`${report.file} is an image tower that the embedder can serve`);
    this.log(`  size     ${formatSize(report.bytes)}`);
    this.log(`  sha256   ${report.sha256}`);
    this.log(`  input    ${report.input}`);
    for (const other of report.otherInputs) this.log(`           ${other}  (not an image: fed with ones)`);
    this.log(`  output   ${report.output}`);
    this.log(
      report.normalised
        ? '  length   1: the model normalises'
        : `  length   ${report.norm.toFixed(3)}: the model does not normalise, the embedder does`,
    );
    this.log(`  golden   ${goldenLine(report)}`);
    const { trial } = report;
    this.log(
      `  trial    ${(trial.oneImageMs / 1000).toFixed(3)} s for one image, ${trial.imagesPerSecond} images/s in ` +
        `batches of 8, on ${trial.threads} threads; loaded in ${(trial.loadMs / 1000).toFixed(1)} s`,
    );
    return report;
  }
}

function goldenLine({ golden, goldenFile }: ModelReport): string {
  if (golden === 'matches') return `matches ${goldenFile}`;
  if (golden === 'written') return `written to ${goldenFile}`;
  return 'none beside the file; --write-golden makes one';
}
