"""Watch a network learn to read digits, draw digits for it, see how it would hear a song.

Three journeys, each a line of parts in which a part knows those to its left only::

    MNIST  -> batches -> AlexNet -> progress -> live curve        digits/    page Train
    strokes -> 28 x 28 picture -> probabilities -> bars           digits/    page Evaluate
    song bytes -> clip -> STFT -> Mel -> MFCC -> three pictures   audio/     page Audio

``plots`` turns arrays into figures, ``commands`` is the command line
(``python -m mlmusic``), and ``app`` is what the Streamlit pages are made of: the only
part that imports Streamlit.
"""
