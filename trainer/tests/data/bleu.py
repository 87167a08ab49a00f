"""Makes the expected numbers of trainer/src/metric/bleu.rs: pip install pycocoevalcap==1.2"""
from pycocoevalcap.bleu.bleu import Bleu


def score(pairs):
    references = {i: refs for i, (_, refs) in enumerate(pairs)}
    captions = {i: [caption] for i, (caption, _) in enumerate(pairs)}
    print(Bleu(4).compute_score(references, captions, verbose=0)[0])


score([
    ("a dog runs through the grass", ["a brown dog runs through tall grass", "the dog is running in the grass"]),
    ("a man", ["a man rides a bike down a hill", "someone on a bicycle"]),
    ("the the the the the the the", ["the cat is on the mat", "there is a cat on the mat"]),
])
score([("a man is riding a horse", ["a man rides a horse", "a person is riding a brown horse on a beach"])])
