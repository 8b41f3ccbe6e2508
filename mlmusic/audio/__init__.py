"""Songs: decoding, and the three pictures STFT, Mel and MFCC."""
