using Academy.Application.Abstractions;
using Academy.Domain;

namespace Academy.Application.Courses;

public class TopicService(IRepository<Topic> topics, IUnitOfWork unitOfWork)
{
    public async Task<Topic> GetOrCreateAsync(string name, CancellationToken ct)
    {
        var topic = await topics.FirstOrDefaultAsync(t => t.Name == name, ct);
        if (topic is not null)
        {
            return topic;
        }

        topic = new Topic { Name = name };
        await topics.AddAsync(topic, ct);
        await unitOfWork.CommitAsync(ct);
        return topic;
    }
}
