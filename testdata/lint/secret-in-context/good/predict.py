class Predictor:
    def predict(self, prompt: str) -> str:
        return prompt
