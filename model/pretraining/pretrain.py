"""Masked language modelling from scratch: articles in, a BERT that `AutoModel` loads out.

The same command continues a run that was stopped in any way, and ends with the same weights.

Imported late: it brings torch and transformers, which take seconds.
"""

from dataclasses import asdict, dataclass
from pathlib import Path

from datasets import Dataset, DatasetDict, load_from_disk
from transformers import PreTrainedTokenizerBase, TrainerState, TrainingArguments, set_seed

from index.core.errors import RunError
from index.core.progress import Progress
from model.pretraining.bert import BertForMaskedLM, new_bert
from model.pretraining.hyperparameters import HELD_OUT_MASKED, PretrainingHyperparameters
from model.pretraining.masked_blocks import MaskedBlocks, frequency_loss, packed
from model.pretraining.run_callback import Logbook, training_seconds
from model.pretraining.tokenizer import default_tokenizer, trained_tokenizer
from model.runs.hf_trainer import MeanLossTrainer, last_checkpoint, training_arguments, watch
from model.runs.run_folder import CHECKPOINTS, claim, lock
from model.training_data.dataset_rows import SPLITS

LAST_RATE = 0.02  # of the highest learning rate, at the last step


@dataclass(frozen=True, slots=True)
class PretrainResult:
    """What a run has reached.

    Attributes:
        output: The run's folder; it contains the model.
        parameters: Of the encoder with its vocabulary head.
        vocabulary: Tokens that the tokenizer knows.
        steps: Updates so far.
        planned: Updates of the recipe.
        tokens: Tokens seen so far, repeats included.
        corpus: Tokens of the train split, packed.
        seconds: Time spent in updates so far, over all calls.
        losses: (step, held-out loss), in nats a masked token.
        frequencies: The held-out loss of guessing by token frequencies alone.
    """

    output: Path
    parameters: int
    vocabulary: int
    steps: int
    planned: int
    tokens: int
    corpus: int
    seconds: float
    losses: tuple[tuple[int, float], ...]
    frequencies: float


def pretrain(
    recipe: PretrainingHyperparameters, output: Path, *, every: int, seconds: float | None = None, progress: Progress
) -> PretrainResult:
    """Train, or continue training, and leave the model, its tokenizer, configuration, metrics and a plot in `output`.

    Args:
        recipe: What to train.
        output: The run's folder: a new one, or that of the same recipe.
        every: Updates between two checkpoints; each comes with a held-out loss.
        seconds: Stop after so much time in updates, over all calls; a later call with more continues.
        progress: How bars are drawn.

    Raises:
        RunError: The folder holds something else, another process trains in it, or the dataset cannot be used.
    """
    articles = _articles(recipe.dataset)
    claim(output, asdict(recipe))
    with lock(output):
        tokenizer = trained_tokenizer(articles["train"], output) if recipe.own_vocabulary else default_tokenizer()
        blocks = _blocks(recipe, articles, tokenizer, output, progress)
        set_seed(recipe.seed)
        model = new_bert(len(tokenizer), tokenizer.pad_token_id, recipe.shape)
        train, held_out = (
            MaskedBlocks(part, tokenizer, share=share, seed=recipe.seed)
            for part, share in zip(blocks, (recipe.masked, HELD_OUT_MASKED), strict=True)
        )
        trainer = MeanLossTrainer(
            model=model,
            args=_arguments(recipe, output, every),
            train_dataset=train,
            eval_dataset=held_out,
            callbacks=[Logbook(output, seconds)],
        )
        watch(trainer, progress, "pretrain")
        _train(trainer, last_checkpoint(output / CHECKPOINTS), seconds=seconds)
        model.save_pretrained(output)
        tokenizer.save_pretrained(output)
        return _result(recipe, output, model, trainer.state, blocks)


def _articles(folder: Path) -> DatasetDict:
    try:
        articles = load_from_disk(str(folder))
    except FileNotFoundError as error:
        raise RunError(
            f"No dataset in {folder}. Make one of a library:\n  pubmed-model dataset --output {folder}"
        ) from error
    if not isinstance(articles, DatasetDict) or set(SPLITS) - set(articles):
        raise RunError(f"{folder} lacks one of the splits {' and '.join(SPLITS)}: make it with pubmed-model dataset.")
    return articles


def _blocks(
    recipe: PretrainingHyperparameters,
    articles: DatasetDict,
    tokenizer: PreTrainedTokenizerBase,
    output: Path,
    progress: Progress,
) -> tuple[Dataset, Dataset]:
    """Return the blocks to train on, at least a batch, and those to judge by, at least one."""
    train, held_out = (
        packed(articles[split], tokenizer, length=recipe.length, file=output / f"{split}.arrow", progress=progress)
        for split in SPLITS
    )
    if len(train) < recipe.batch or not len(held_out):
        raise RunError(
            f"{recipe.dataset} is too small: {len(train):,} blocks of {recipe.length} tokens to train on, expected a"
            f" batch of {recipe.batch:,}; {len(held_out):,} to judge by, expected at least one."
        )
    return train, held_out


def _arguments(recipe: PretrainingHyperparameters, output: Path, every: int) -> TrainingArguments:
    return training_arguments(
        TrainingArguments,
        output / CHECKPOINTS,
        seed=recipe.seed,
        max_steps=recipe.steps,
        per_device_train_batch_size=recipe.batch,
        per_device_eval_batch_size=recipe.batch,
        gradient_accumulation_steps=recipe.accumulation,
        learning_rate=recipe.learning_rate,
        warmup_steps=recipe.warmup,
        lr_scheduler_type="polynomial",  # of power 1
        lr_scheduler_kwargs={"lr_end": LAST_RATE * recipe.learning_rate, "power": 1.0},
        adam_beta2=0.98,
        weight_decay=0.01,
        logging_nan_inf_filter=False,  # it waits for the GPU after each update
        prediction_loss_only=True,
        dataloader_drop_last=True,
        **dict.fromkeys(("logging_steps", "eval_steps", "save_steps"), every),
        **dict.fromkeys(("logging_strategy", "eval_strategy", "save_strategy"), "steps"),
    )


def _train(trainer: MeanLossTrainer, checkpoint: Path | None, *, seconds: float | None) -> None:
    """Train until the steps or the seconds are used up; if they already are, only load the checkpoint."""
    if checkpoint is None:
        trainer.train()
        return
    state = TrainerState.load_from_json(str(checkpoint / "trainer_state.json"))
    if state.global_step < trainer.args.max_steps and (
        seconds is None or training_seconds(state.log_history) < seconds
    ):
        trainer.train(resume_from_checkpoint=str(checkpoint))
        return
    trainer.state = state
    trainer._load_from_checkpoint(str(checkpoint))


def _result(
    recipe: PretrainingHyperparameters,
    output: Path,
    model: BertForMaskedLM,
    state: TrainerState,
    blocks: tuple[Dataset, Dataset],
) -> PretrainResult:
    losses = [(int(entry["step"]), entry["eval_loss"]) for entry in state.log_history if "eval_loss" in entry]
    return PretrainResult(
        output=output,
        parameters=model.num_parameters(),
        vocabulary=model.config.vocab_size,
        steps=state.global_step,
        planned=recipe.steps,
        tokens=state.global_step * recipe.tokens_a_step,
        corpus=len(blocks[0]) * recipe.length,
        seconds=training_seconds(state.log_history),
        losses=tuple(losses),
        frequencies=frequency_loss(*blocks, model.config.vocab_size),
    )
