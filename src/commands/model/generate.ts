import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { Args, Flags } from '@oclif/core';
import { BaseCommand } from '../../lib/cli/base-command.ts';
import { standInDirectory } from '../../lib/common/context/directories.ts';
import { writeModel, type GeneratedModel } from '../../lib/lab/model/generate.ts';
import { VIT_B32, VIT_SMALL, vitGraph } from '../../lib/lab/model/vit.ts';

export default class ModelGenerate extends BaseCommand {
  static override summary = 'Write a stand-in for the model, with random weights.';
  static override description =
    "It has the exact shape of CLIP ViT-B/32's image tower and costs what FashionCLIP costs, but its vectors mean " +
    'nothing: for labs, tests and benchmarks, never for production. The same seed gives the same bytes.';
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> lab-model.onnx --small --seed 7',
  ];
  static override args = {
    file: Args.string({
      description: "the file to write, replacing one that is there; without it, the lab's stand-in",
    }),
  };
  static override flags = {
    seed: Flags.integer({ default: 1, min: 0, max: 2 ** 31 - 1, description: 'the seed of the weights' }),
    small: Flags.boolean({
      description: 'a few megabytes and a few milliseconds, with the same input and output',
    }),
  };

  async run(): Promise<GeneratedModel & { seed: number }> {
    const { args, flags } = await this.parse(ModelGenerate);
    const graph = vitGraph(flags.small ? VIT_SMALL : VIT_B32, { seed: flags.seed });
    const file = args.file ?? path.join(standInDirectory(), 'model.onnx');
    await mkdir(path.dirname(file), { recursive: true });
    const model = await writeModel(file, graph);
    this.log(`wrote ${model.file}: a stand-in with random weights (seed ${flags.seed})`);
    this.log(`  size     ${(model.bytes / 1e6).toFixed(1)} MB, ${model.parameters} parameters`);
    this.log(`  sha256   ${model.sha256}`);
    return { ...model, seed: flags.seed };
  }
}
